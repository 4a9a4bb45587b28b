"""Settings from the environment; every one has a default that works on one machine."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def instance() -> Path:
    """Where this installation keeps what is its own: database, secret key, files."""
    folder = Path(os.environ.get("PORTAL_INSTANCE", ROOT / "instance"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def settings() -> dict[str, Any]:
    """Flask's configuration for this process."""
    folder = instance()
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'portal.db'}"
    tls = os.environ.get("PORTAL_TLS") == "1"
    return {
        "SECRET_KEY": os.environ.get("SECRET_KEY") or _secret(folder / "secret_key"),
        "SQLALCHEMY_DATABASE_URI": url,
        "FILES": os.environ.get("PORTAL_FILES", str(folder / "files")),
        "TLS": tls,
        "SESSION_COOKIE_NAME": "__Host-portal" if tls else "portal",
        "SESSION_COOKIE_SECURE": tls,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,  # the note of when a person was here last does it often enough
        "PERMANENT_SESSION_LIFETIME": 31 * 24 * 3600,  # the sign-in's own row ends earlier
        "PROXIES": int(os.environ.get("PORTAL_PROXIES", "0")),  # how many of our own stand before this server
        "MAX_CONTENT_LENGTH": 20 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the sign-in: a basket may lie open all day
    }


def _secret(path: Path) -> str:
    """A key that outlives restarts, readable by this user alone."""
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()
