"""The table of commands."""

import click
import pytest
from click.shell_completion import ShellComplete, get_completion_class
from tests.cli.conftest import Run

from anninh_core._version import __version__
from anninh_core.cli.lazy_group import LazyGroup
from anninh_core.cli.root import anninh

COMMANDS = sorted(anninh.list_commands(click.Context(anninh)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_help(name: str, run: Run) -> None:
    """What the table names exists under that name, and says what it does without being set up."""
    done = run(name, "--help", env={"ANNINH_AT": "/nowhere"})

    assert done.exit_code == 0, done.output
    assert f" anninh {name} " in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_lines_of_help_fit(name: str, run: Run) -> None:
    """Nothing is wider than a terminal of 80 columns."""
    assert [line for line in run(name, "--help").stdout.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize(
    ("words", "meant"),
    [(("tip",), "'tips'"), (("zal",), "'zalo'"), (("tips", "lst"), "'list'"), (("zalo", "logn"), "'login'")],
)
def test_of_an_unknown_command_is_said_what_was_meant(run: Run, words: tuple[str, ...], meant: str) -> None:
    """A wrong name is a mistake in usage, at the top as in a group, ours or another distribution's."""
    done = run(*words)

    assert done.exit_code == 2
    assert meant in done.stderr.partition(f"'{words[-1]}'")[2]


def test_what_resembles_nothing_is_only_refused(run: Run) -> None:
    """A guess would mislead."""
    refusal = run("xyzzy").stderr.partition("'xyzzy'")[2]
    assert [name for name in COMMANDS if f"'{name}'" in refusal] == []


def test_a_command_of_others_says_where_it_is_from(run: Run) -> None:
    """In the overview, and in its own help with the version."""
    assert "from anninh" in run("--help").stdout
    assert f"This command comes from anninh {__version__}." in run("zalo", "--help").stdout
    assert "This command comes from" not in run("tips", "--help").stdout


@pytest.mark.parametrize(
    ("line", "offered"),
    [("anninh ti", {"tips", "tick"}), ("anninh zal", {"zalo"}), ("anninh --log-l", {"--log-level"})],
)
def test_a_shell_completes_without_loading_commands(
    line: str, offered: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the top names come from the table: a shell asks at each press of a key."""
    monkeypatch.setattr(LazyGroup, "get_command", lambda *_: pytest.fail("a command was imported"))

    assert {*complete(line)} == offered


def test_a_shell_completes_in_a_group_too() -> None:
    """Commands, options and the words that an option takes."""
    assert {"list", "show"} <= {*complete("anninh tips ")}
    assert "--unit" in complete("anninh tips list --u")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script(shell: str) -> None:
    """The one that the documentation tells to put into its start file."""
    found = get_completion_class(shell)

    assert found is not None
    assert "_ANNINH_COMPLETE" in found(anninh, {}, "anninh", "_ANNINH_COMPLETE").source()


def complete(line: str) -> list[str]:
    """Return what a shell offers behind a line."""
    *words, incomplete = line.split(" ")[1:]
    completing = ShellComplete(anninh, {}, "anninh", "_ANNINH_COMPLETE")
    return [item.value for item in completing.get_completions(words, incomplete)]
