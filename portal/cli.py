"""The command line: `portal up | serve | seed | verify | user`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

import click
from flask_migrate import upgrade

from portal import assets
from portal.app import create_app
from portal.config import ROOT


@click.group()
def main() -> None:
    """油路 Oilway."""


@main.command()
@click.option("--demo", is_flag=True, help="fill an empty portal with a believable supplier")
def up(demo: bool) -> None:
    """Get everything ready and serve on 127.0.0.1 (PORT, default 8000)."""
    assets.build()
    app = create_app()
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
    if demo:
        from portal import seed

        with app.app_context():
            seed.plant_when_empty(app)
    port = int(os.environ.get("PORT", "8000"))
    if demo:
        from portal import seed

        seed.print_sign_ins(f"http://127.0.0.1:{port}")
    sys.exit(_run_server("127.0.0.1", port))


@main.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000, envvar="PORT")
def serve(host: str, port: int) -> None:
    """Serve only: for several nodes on one PostgreSQL."""
    sys.exit(_run_server(host, port))


def _run_server(host: str, port: int) -> int:
    """A small parent: the server is its child, SIGTERM is passed on, the child's end is its end."""
    workers = os.environ.get("PORTAL_WORKERS", "2")
    command = [
        sys.executable, "-m", "hypercorn", "--worker-class", "uvloop", "--workers", workers,
        "--bind", f"{host}:{port}", "--graceful-timeout", "10", "wsgi:app",
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT)

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.send_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return server.wait()


if __name__ == "__main__":
    main()
