"""The table of commands."""

import click
import pytest
from tests.cli.conftest import Run

from anninh_core.cli.root import anninh

COMMANDS = sorted(anninh.list_commands(click.Context(anninh)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_help(name: str, run: Run) -> None:
    """What the table names exists under that name, and says what it does without being set up."""
    done = run(name, "--help", env={"ANNINH_AT": "/nowhere"})

    assert done.exit_code == 0, done.output
    assert f"Usage: anninh {name}" in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_lines_of_help_fit(name: str, run: Run) -> None:
    """Nothing is wider than a terminal of 80 columns."""
    assert [line for line in run(name, "--help").stdout.splitlines() if len(line) > 80] == []


def test_an_unknown_command_is_refused(run: Run) -> None:
    """A wrong name is a mistake in usage."""
    done = run("tip")

    assert done.exit_code == 2
    assert "No such command 'tip'" in done.stderr
