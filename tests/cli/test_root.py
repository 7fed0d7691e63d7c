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
    """Every command in the table has a help text, even without a folder."""
    result = run(name, "--help", env={"ANNINH_AT": "/nowhere"})

    assert result.exit_code == 0, result.output
    assert f" anninh {name} " in result.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_lines_of_help_fit(name: str, run: Run) -> None:
    """No line of a help is wider than 80 columns."""
    assert [line for line in run(name, "--help").stdout.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize(
    ("words", "meant"),
    [(("tip",), "'tips'"), (("zal",), "'zalo'"), (("tips", "lst"), "'list'"), (("zalo", "logn"), "'login'")],
)
def test_unknown_command_gets_a_suggestion(run: Run, words: tuple[str, ...], meant: str) -> None:
    """An unknown command is a usage error with a suggestion, at the top and in every group, also of other
    distributions.
    """
    result = run(*words)

    assert result.exit_code == 2
    assert meant in result.stderr.partition(f"'{words[-1]}'")[2]


def test_unlike_command_gets_no_suggestion(run: Run) -> None:
    """An unknown command that resembles none gets no suggestion, because it would mislead."""
    refusal = run("xyzzy").stderr.partition("'xyzzy'")[2]
    assert [name for name in COMMANDS if f"'{name}'" in refusal] == []


def test_foreign_command_shows_its_origin(run: Run) -> None:
    """A command of another distribution shows its origin in the overview, and with the version in its help."""
    assert "from anninh" in run("--help").stdout
    assert f"This command comes from anninh {__version__}." in run("zalo", "--help").stdout
    assert "This command comes from" not in run("tips", "--help").stdout


@pytest.mark.parametrize(
    ("line", "offered"),
    [("anninh ti", {"tips", "tick"}), ("anninh zal", {"zalo"}), ("anninh --log-l", {"--log-level"})],
)
def test_completion_imports_no_command(line: str, offered: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell completes top-level commands without importing them, because it does so at each key press."""
    monkeypatch.setattr(LazyGroup, "get_command", lambda *_: pytest.fail("a command was imported"))

    assert {*list_completions(line)} == offered


def test_completion_works_in_groups() -> None:
    """A shell completes the commands and options of a group."""
    assert {"list", "show"} <= {*list_completions("anninh tips ")}
    assert "--unit" in list_completions("anninh tips list --u")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_completion_script(shell: str) -> None:
    """Each shell has a completion script with the documented variable."""
    completion_class = get_completion_class(shell)

    assert completion_class is not None
    assert "_ANNINH_COMPLETE" in completion_class(anninh, {}, "anninh", "_ANNINH_COMPLETE").source()


def list_completions(line: str) -> list[str]:
    """Return the completions that a shell offers for a line."""
    *words, incomplete = line.split(" ")[1:]
    completing = ShellComplete(anninh, {}, "anninh", "_ANNINH_COMPLETE")
    return [item.value for item in completing.get_completions(words, incomplete)]
