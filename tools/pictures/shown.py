"""Shows a demo on the board in a separate process, with a browser for it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from tools.browser import NO_BROWSER, find_browser

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@contextmanager
def show_demo(folder: Path) -> Iterator[tuple[Browser, str]]:
    """Show a demo until the end of the `with` block; yield a browser and the board's address."""
    command = [sys.executable, "-m", "anninh_core.cli", "board", "--demo", str(folder), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as board:
        try:
            url = _read_address(board)
            path = find_browser() or sys.exit(NO_BROWSER)
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
                yield browser, url
                browser.close()
        finally:
            board.terminate()


def _read_address(board: "subprocess.Popen[str]") -> str:
    assert board.stderr is not None
    output_lines = []
    for line in board.stderr:
        output_lines.append(line)
        if (match := _ADDRESS.search(line)) is not None:
            return match[0]
    sys.exit(f"the board ended before it was there:\n{''.join(output_lines)}")
