"""Chromium as a person in Shanghai has it; no test passes while the console complains."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, ConsoleMessage

from tests.browser import chromium

HERE = Path(__file__).parent
# The portal's own answers to wrong input and to the second of two writers; Chromium notes each as an error.
ORDINARY = re.compile(r"Failed to load resource: the server responded with a status of (409|422)\b")

NewContext = Callable[..., BrowserContext]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


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
