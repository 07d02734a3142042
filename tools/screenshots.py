"""Take the pictures of the README from the demo: `uv run python tools/screenshots.py`. Needs Chromium."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from metoodik.config.commands.demo import PASSWORD

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
CHROMIUM = os.environ.get("METOODIK_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
SIZE = {"width": 1280, "height": 860}


@contextmanager
def demo() -> Iterator[str]:
    """A demo of its own, and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "metoodik.cli", "demo", "--no-browser", "--port", str(port)]
        process = subprocess.Popen(command, env=os.environ | {"METOODIK_DATA": f"{folder}/demo"})
        try:
            _wait_until_up(f"http://127.0.0.1:{port}/konto/login/")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _wait_until_up(address: str) -> None:
    deadline = time.monotonic() + 90
    while True:
        try:
            urllib.request.urlopen(address, timeout=10).close()  # noqa: S310 - our own address
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
        else:
            return


def sign_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/konto/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"{address}/")


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport=SIZE, locale="et-EE")
        sign_in(page, address, "liis@naidis.ee")
        page.screenshot(path=IMAGES / "desk.png")
        page.goto(f"{address}/kasiraamat/et/enesetapurisk/")
        page.screenshot(path=IMAGES / "page.png")
        browser.close()
    for picture in sorted(IMAGES.glob("*.png")):
        print(picture, f"{picture.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
