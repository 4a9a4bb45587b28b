"""The command line: `portal up | serve | import | verify | user`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click
from flask_migrate import upgrade
from sqlalchemy import select

from portal import assets
from portal.app import create_app
from portal.config import ROOT
from portal.core.db import db, write_tx
from portal.core.imports import Outcome, Target, bring
from portal.core.language import tr
from portal.core.refusal import Refusal
from portal.people.models import Person, Who, who_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@click.group()
def main() -> None:
    """油路 Oilway."""


@main.command()
@click.option("--demo", is_flag=True, help="fill an empty portal with a believable supplier")
@click.option("--port", default=8000, envvar="PORT", show_default=True)
def up(demo: bool, port: int) -> None:
    """Get everything ready and serve on 127.0.0.1."""
    from portal import seed

    assets.build()
    app = create_app()
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        if demo:
            seed.plant_when_empty()
            seed.print_sign_ins(f"http://127.0.0.1:{port}")
    sys.exit(_run_server("127.0.0.1", port))


@main.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000, envvar="PORT", show_default=True)
def serve(host: str, port: int) -> None:
    """Serve only: for several nodes on one PostgreSQL."""
    sys.exit(_run_server(host, port))


def _run_server(host: str, port: int) -> int:
    """A small parent: the server is its child, SIGTERM is passed on, the child's end is its end."""
    workers = os.environ.get("PORTAL_WORKERS", "2")
    command = [
        sys.executable, "-m", "hypercorn", "--worker-class", "uvloop", "--workers", workers,
        "--bind", f"{host}:{port}", "--graceful-timeout", "10", "--log-level", "WARNING", "wsgi:app",
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT)

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.send_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return server.wait()


@main.command("import")
@click.argument("what", type=click.Choice(["products", "customers"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="bring the good rows in without asking")
@click.option("--refused", type=click.Path(path_type=Path), help="where refused rows go (default: FILE.refused.csv)")
@click.option("--as", "login", default=None, help="in whose name (default: the first administrator)")
def import_(what: str, file: Path, yes: bool, refused: Path | None, login: str | None) -> None:
    """Bring products or customers in from an xlsx, xls or csv file."""
    with create_app().app_context():
        into = target(what, _importer(db.session(), login))
        refused = refused or file.with_name(f"{file.name}.refused.csv")
        try:
            outcome = bring(file, into, apply=False, refused_to=refused)
            _tell(outcome, refused, "预览")  # data
            if not (yes or click.confirm("导入以上可用的行？")):  # data
                return
            _tell(bring(file, into, apply=True, refused_to=refused), refused, "已导入")  # data
        except Refusal as refusal:
            raise click.ClickException(f"{tr(refusal.title)}: {tr(refusal.said)} {tr(refusal.next)}") from None


def _importer(s: Session, login: str | None) -> Who:
    """The person the journal names for this import."""
    person = select(Person.id).where(Person.disabled_at.is_(None)).order_by(Person.id).limit(1)
    person = person.where(Person.login == login) if login else person.where(Person.role == "admin")
    found = s.scalar(person)
    if found is None:
        raise click.ClickException("没有这个人；先用 portal user 建一个管理员。")  # data
    return who_of(s, found)


def target(what: str, who: Who) -> Target:
    """Where rows of "products" or "customers" go, in the name of `who`."""
    if what == "products":
        from portal.products import actions as products
        from portal.products import rules as product_rules

        return Target(
            product_rules.IMPORT_COLUMNS,
            product_rules.read_import_row,
            lambda s, row: products.upsert_from_import(s, row, who),
        )
    from portal.customers import actions as customers
    from portal.customers import rules as customer_rules

    return Target(
        customer_rules.IMPORT_COLUMNS,
        customer_rules.read_import_row,
        lambda s, row: customers.upsert_from_import(s, row, who),
    )


def _tell(outcome: Outcome, refused: Path, heading: str) -> None:
    done = outcome.done
    counts = f"新增 {done['created']}，更新 {done['changed']}，不变 {done['unchanged']}，不收 {outcome.refused}"  # data
    click.echo(f"{heading}: {counts}")
    for reason, count in outcome.reasons.most_common(10):
        click.echo(f"  {count:>6}  {reason}")
    if outcome.refused:
        click.echo(f"  不收的行和原因在 {refused}")  # data


@main.command()
def verify() -> None:
    """Recompute stock, exposure, balances, states and chains; name every difference (exit 1 when there is one)."""
    from portal.verify import verify as differences

    with create_app().app_context():
        found = 0
        for difference in differences(db.session()):
            found += 1
            click.echo(f"{difference.room}: {difference.what}: {difference.stored} ≠ {difference.computed}")
    click.echo("没有差异" if not found else f"{found} 处差异")  # data
    sys.exit(1 if found else 0)


@main.command()
@click.argument("login")
@click.argument("name")
@click.option("--role", default="admin", show_default=True)
@click.password_option()
def user(login: str, name: str, role: str, password: str) -> None:
    """Add a person: the first administrator of an empty portal."""
    from portal.people import actions as people

    with create_app().app_context():
        hashed = people.hash_password(password)
        with write_tx() as s:
            people.create_person(s, login=login, name=name, role=role, password_hash=hashed, who=None)
    click.echo(f"{login} 可以登录了，首次登录要改密码")  # data


if __name__ == "__main__":
    main()
