"""Finds the browser of this machine, for tests and screenshots."""

import os
import shutil

VARIABLE = "ANNINH_BROWSER"
"""Name of the environment variable with the browser's path."""
NO_BROWSER = f"there is no browser: apt-get install --no-install-recommends chromium, or name one by {VARIABLE}"
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> str | None:
    """Return the path of the browser that the environment variable names, else of Chromium, else None."""
    return os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, _NAMES)), None)
