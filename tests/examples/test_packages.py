"""Each example package can be installed for a fresh interpreter and passes its own tests."""

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
    """An example package is found by its entry point, and passes its tests when they are run as the how-to guide
    describes.
    """
    require_libraries(name)
    # The example's tests don't inherit the pytest options of this run.
    others = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    environment = {**others, "PYTHONPATH": os.pathsep.join([*install(name), str(SOURCE)])}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'its'}"]
    result = subprocess.run(
        [*command, str(EXAMPLES / name)],
        cwd=EXAMPLES / name,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"\b\d+ passed", result.stdout)
