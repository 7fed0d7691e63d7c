"""The example packages work: each is installed for a fresh interpreter, and its own tests pass there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.examples.conftest import EXAMPLES, Installer, require_libraries

pytestmark = pytest.mark.slow

SOURCE = EXAMPLES.parent / "src"


@pytest.mark.parametrize("name", ["own_keys", "own_mail", "own_messenger", "own_opinion", "own_rss", "own_slides"])
def test_package_passes_its_own_tests(name: str, install: Installer, tmp_path: Path) -> None:
    """What a plugin author copies is found by its entry point and tested as the how-to says."""
    require_libraries(name)
    others = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}  # those of this run
    environment = {**others, "PYTHONPATH": os.pathsep.join([*install(name), str(SOURCE)])}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'its'}"]
    done = subprocess.run(
        [*command, str(EXAMPLES / name)],
        cwd=EXAMPLES / name,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\b\d+ passed", done.stdout)
