"""Tests of a group run one after another in one process: the demo runs once, and tests that kill processes don't
overlap.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROBE = """
import pytest

@pytest.mark.xdist_group("together")
def test_probe(request):
    assert request.node.nodeid.endswith("@together")
"""


def find_ungrouped(items: list[pytest.Item]) -> Iterator[str]:
    """Yield the grouped tests without their group in the id."""
    for item in items:
        groups = sorted(mark.args[0] for mark in item.iter_markers("xdist_group"))
        if groups and not item.nodeid.endswith(f"@{'_'.join(groups)}"):
            yield item.nodeid


def test_grouped_test_has_group_in_id(request: pytest.FixtureRequest) -> None:
    """In a run over several processes each grouped test has its group in its id, which keeps the group in one
    process.
    """
    # The option is set in the processes of pytest-xdist only.
    spread = request.config.getoption("loadgroup", default=False)

    assert not spread or list(find_ungrouped(request.session.items)) == []


@pytest.mark.slow
def test_installed_pytest_supports_groups(tmp_path: Path) -> None:
    """The installed pytest-xdist puts the group into a test's id."""
    probe = tmp_path / "test_probe.py"
    probe.write_text(PROBE)
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml"), "-n", "1", str(probe)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout + result.stderr
