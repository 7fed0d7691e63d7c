"""The beginning of a storage passes the rules about what is there, and is told in a sentence what isn't."""

import os
import subprocess
import sys

import pytest
from tests.examples.conftest import EXAMPLES

pytestmark = pytest.mark.slow

THERE = "named_lease or lease_taken_over or states or fence or reasons or capabilities"


def run_kit(chosen: str) -> str:
    """Run some rules of the kit for the example, and return what pytest prints."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen, "."]
    others = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    environment = {**others, "PYTHONPATH": os.pathsep.join([".", str(EXAMPLES.parent / "src")])}
    folder = EXAMPLES / "own_storage"
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False).stdout


def test_what_is_there_keeps_its_rules() -> None:
    """Leases, named values and abilities are written: their rules hold before the rest exists."""
    assert "6 passed" in run_kit(THERE)


def test_what_is_missing_is_told() -> None:
    """One rule lists what is missing, and another one that needs it says so in a line."""
    printed = run_kit("members_of_port or round_trip")
    assert "the storage lacks records, journal.read, journal.about, queues" in printed
    assert "commit is missing: see S-217" in printed
    assert "AttributeError" not in printed
