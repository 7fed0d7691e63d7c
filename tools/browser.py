"""The browser of this machine, for tests and pictures."""

import os
import shutil

VARIABLE = "ANNINH_BROWSER"
"""Environment variable that names the browser."""
NO_BROWSER = f"there is no browser: apt-get install --no-install-recommends chromium, or name one by {VARIABLE}"
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> str | None:
    """Return the path of the browser that the environment names, or of Chromium; None where there is neither."""
    return os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, _NAMES)), None)
