"""Starts the browser for the tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright
from tools import browser


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Start a headless Chromium, until the end of the `with` block.

    Without a browser on this machine the test is skipped; with CI set it fails.
    """
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=_find_browser(),
            args=["--no-sandbox"],  # Tests may run as root, where Chromium's sandbox doesn't work.
        )
        yield started
        started.close()


def _find_browser() -> str:
    path = browser.find_browser()
    if path:
        return path
    if os.environ.get("CI"):
        pytest.fail(browser.NO_BROWSER)
    pytest.skip(browser.NO_BROWSER)
