"""Which Chromium the browser tests use. As a command: says what is missing, exit 0 when nothing is."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

MISSING = (
    "No Chromium: install one (Debian: apt-get install chromium fonts-wqy-microhei; elsewhere: "
    "playwright install chromium) or name one in PORTAL_CHROMIUM."
)
BOXES = "Chinese comes out as boxes: install a Chinese font (Debian: apt-get install fonts-wqy-microhei)."

# A font that lacks both draws the same box twice.
_LOOK_ALIKE = """() => {
  const picture = (character) => {
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    pen.font = "48px sans-serif";
    pen.fillText(character, 8, 64);
    return canvas.toDataURL();
  };
  return picture("润") === picture("滑");
}"""


def find(own: str) -> str | None:
    """Playwright's `own`, PORTAL_CHROMIUM, or the first on PATH."""
    if Path(own).exists():
        return own
    if named := os.environ.get("PORTAL_CHROMIUM"):
        return named
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def writes_chinese(browser: Browser) -> bool:
    page = browser.new_page()
    try:
        return not page.evaluate(_LOOK_ALIKE)
    finally:
        page.close()


def _missing() -> str | None:
    with sync_playwright() as playwright:
        path = find(playwright.chromium.executable_path)
        if path is None:
            return MISSING
        browser = playwright.chromium.launch(executable_path=path)
        try:
            return None if writes_chinese(browser) else BOXES
        finally:
            browser.close()


if __name__ == "__main__":
    if missing := _missing():
        print(missing)
        sys.exit(1)
