"""The unfinished example storage passes the kit's rules for the parts that it has, and the kit names the missing
parts.
"""

import os
import subprocess
import sys

import pytest
from tests.examples.conftest import EXAMPLES

pytestmark = pytest.mark.slow


def run_kit(*chosen: str) -> str:
    """Run the kit's rules that the pytest options `chosen` select for the example storage, and return pytest's
    output.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen, "."]
    others = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    environment = {**others, "PYTHONPATH": os.pathsep.join([".", str(EXAMPLES.parent / "src")])}
    folder = EXAMPLES / "own_storage"
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False).stdout


def test_written_parts_pass_their_rules() -> None:
    """The kit's rules for opening, abilities, leases and named values pass before the other parts of the storage are
    written.
    """
    assert "7 passed" in run_kit("--kit-step", "2")


def test_missing_parts_are_named() -> None:
    """One rule lists the missing parts of the storage, other rules name the part that they need, and the summary names
    the next step.
    """
    printed = run_kit("--kit-rules", "S-01 S-120 S-145 S-217..S-222")
    assert "the storage lacks records, journal.read, commit (step 3); journal.about" in printed
    assert "commit is missing: it is written in step 3 of docs/howto/write_a_storage.md" in printed
    assert "S-145 A storage that was never prepared raises `StorageError`. (step 3 of" in printed
    assert "step  3: 2 of 2 rules fail: S-01 S-145" in printed
    assert "AttributeError" not in printed
