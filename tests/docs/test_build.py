"""The documentation builds, and a warning is an error."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs.pages import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: every page is in the menu, every link and anchor leads somewhere."""
    site = tmp_path_factory.mktemp("docs") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(site)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return site


def test_builds_without_a_warning(built: Path) -> None:
    """A reader finds every page."""
    assert (built / "index.html").exists()
    assert (built / "explanation" / "threat_model.html").exists()


def test_pages_ask_nothing_of_other_hosts(built: Path) -> None:
    """The built pages can be read without a network: no script, style or picture comes from elsewhere."""
    page = (built / "index.html").read_text(encoding="utf-8")
    loaded = re.findall(r"<(?:script|link|img)\b[^>]*?(?:src|href)=\"([^\"]+)\"", page)

    assert loaded
    assert not [address for address in loaded if "//" in address]
