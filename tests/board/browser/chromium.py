"""Finds the browser: the one that ANNINH_BROWSER names, or Chromium under one of its names."""

import os
import shutil

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_INSTALL = "there is no browser: apt-get install --no-install-recommends chromium, or name one by ANNINH_BROWSER"


def find_browser() -> str:
    """Return the browser's path; without one tests are skipped, and fail where CI is set."""
    named = os.environ.get("ANNINH_BROWSER") or next(filter(None, map(shutil.which, _NAMES)), None)
    if named:
        return named
    if os.environ.get("CI"):
        pytest.fail(_INSTALL)
    pytest.skip(_INSTALL)
