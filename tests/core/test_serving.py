"""What the server needs of the application."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from tests.conftest import only_sqlite


@only_sqlite
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_every_answer_has_a_first_chunk(app: Flask, method: str) -> None:
    def start(_status: str, _headers: Any, _exc: Any = None) -> None:
        return None

    environ = EnvironBuilder("/sign-in", method=method).get_environ()
    assert list(app.wsgi_app(environ, start))  # type: ignore[arg-type]
