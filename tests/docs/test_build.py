"""The documentation builds, and a warning is an error."""

import subprocess
import sys
from pathlib import Path

from tests.docs.pages import ROOT


def test_builds_without_a_warning(tmp_path: Path) -> None:
    """Every page is in the menu, every link and anchor leads somewhere."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "site" / "index.html").exists()


def test_pages_ask_nothing_of_other_hosts(tmp_path: Path) -> None:
    """The built pages can be read without a network: no script, style or picture comes from elsewhere."""
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    loaded = [part for part in page.replace("<link", "<script").split("<script")[1:] if "//" in part.partition(">")[0]]

    assert not [part for part in loaded if 'rel="canonical"' not in part.partition(">")[0]]
