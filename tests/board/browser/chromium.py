"""Finds the browser of the tests."""

import os

import pytest
from tools import browser


def find_browser() -> str:
    """Return the browser's path; without one tests are skipped, and fail where CI is set."""
    path = browser.find_browser()
    if path:
        return path
    if os.environ.get("CI"):
        pytest.fail(browser.NO_BROWSER)
    pytest.skip(browser.NO_BROWSER)
