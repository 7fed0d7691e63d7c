"""Tests of a group run one after another in one process: the demo is played once, and the killers don't meet."""

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


def astray(items: list[pytest.Item]) -> Iterator[str]:
    """Yield the grouped tests whose ids don't name their group."""
    for item in items:
        groups = sorted(mark.args[0] for mark in item.iter_markers("xdist_group"))
        if groups and not item.nodeid.endswith(f"@{'_'.join(groups)}"):
            yield item.nodeid


def test_every_grouped_test_bears_its_group(request: pytest.FixtureRequest) -> None:
    """Spread over processes, each grouped test of this very run has its group in its id; else nobody keeps it there."""
    spread = request.config.getoption("loadgroup", default=False)  # set in the processes of pytest-xdist only

    assert not spread or list(astray(request.session.items)) == []


@pytest.mark.slow
def test_the_installed_pytest_knows_groups(tmp_path: Path) -> None:
    """The same with a test of two lines, for whoever runs this in one process."""
    probe = tmp_path / "test_probe.py"
    probe.write_text(PROBE)
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml"), "-n", "1", str(probe)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
