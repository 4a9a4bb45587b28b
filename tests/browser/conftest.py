"""Chromium as a person in Shanghai has it; no test passes while the console complains."""

import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, BrowserType, ConsoleMessage, Page
from werkzeug.serving import make_server

from tests.browser import chromium
from tests.cast import Cast
from tests.conftest import Person

HERE = Path(__file__).parent
# The portal's own answers to wrong input and to the second of two writers; Chromium notes each as an error.
ORDINARY = re.compile(r"Failed to load resource: the server responded with a status of (409|422)\b")

NewContext = Callable[..., BrowserContext]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is here; in the browser one database shows as much as two."""
    for item in list(items):
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if getattr(item, "callspec", None) and item.callspec.params.get("app") == "postgres":  # type: ignore[attr-defined]
                items.remove(item)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], browser_type: BrowserType) -> dict[str, Any]:
    path = chromium.find(browser_type.executable_path)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(chromium.MISSING, pytrace=False)
        pytest.skip(chromium.MISSING)
    return {**browser_type_launch_args, "executable_path": path}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture(scope="session", autouse=True)
def _chinese_font(browser: Browser) -> None:
    assert chromium.writes_chinese(browser), chromium.BOXES


@pytest.fixture
def complaints() -> list[str]:
    """What the consoles said; a test that provokes a message takes it out."""
    return []


@pytest.fixture
def new_context(new_context: NewContext, complaints: list[str]) -> Iterator[NewContext]:
    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not ORDINARY.search(message.text):
            complaints.append(f"{message.type}: {message.text}")

    def listen(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.on("console", hear)
        context.on("weberror", lambda e: complaints.append(f"uncaught: {e.error}"))
        return context

    yield listen
    assert not complaints


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
"""Options of a context on a phone: `live.page("si", **PHONE)`."""


@dataclass(frozen=True, slots=True)
class Live:
    """The portal on a real port, and people who come to it with a browser."""

    url: str
    the: Cast
    enter: Callable[..., Person]
    new_context: NewContext

    def page(self, login: str | None = None, *, language: str = "zh", **options: Any) -> Page:
        """A page of a browser of its own, at the home page, as `login` (None: not signed in)."""
        context = self.new_context(base_url=self.url, **options)
        cookies: list[Any] = [{"name": "language", "value": language, "url": self.url}]
        if login:
            cookie = self.enter(login, language).client.get_cookie("portal")
            assert cookie is not None
            cookies.append({"name": "portal", "value": cookie.value, "url": self.url, "httpOnly": True})
        context.add_cookies(cookies)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto("/")
        return page


@pytest.fixture
def live(app: Flask, the: Cast, sign_in: Callable[..., Person], new_context: NewContext) -> Iterator[Live]:
    """The application, served to real browsers (threads of this process, so that tests may look into the database)."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Live(f"http://127.0.0.1:{server.port}", the, sign_in, new_context)
    server.shutdown()
    thread.join()
