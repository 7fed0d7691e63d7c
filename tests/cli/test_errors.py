"""Errors as a user of the command line reads them."""

import errno
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.cli.conftest import Run

from anninh_core.cli.errors import CommandError, SetupError, report_errors
from anninh_core.cli.root import anninh
from anninh_core.kernel.errors import BadInput, BadProfile, ConfigurationError, NotFound, StorageError


@pytest.mark.parametrize("error", [BadInput("no good"), NotFound("no good"), StorageError("no good")])
def test_expected_error_prints_its_sentence(error: Exception) -> None:
    """An expected error ends with exit code 1, and prints its sentence."""
    with pytest.raises(CommandError, match=r"^no good$") as caught, report_errors():
        raise error

    assert caught.value.exit_code == 1


@pytest.mark.parametrize("error", [ConfigurationError("line\n  two"), BadProfile("line two")])
def test_setup_error_has_exit_code_2(error: Exception) -> None:
    """An error of settings or profile ends with exit code 2, in one line."""
    with pytest.raises(SetupError, match=r"^line two$") as caught, report_errors():
        raise error

    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(errno.EACCES, "in other words", "/x/y"), "/x/y: this account may not read or write it."),
        (OSError(errno.ENOSPC, "in other words"), "The disk is full: free some space."),
        (OSError(errno.EXDEV, "in other words", "/x"), "/x can't be used (in other words)."),
        (OSError("strange"), "strange"),
    ],
)
def test_system_errors_name_the_file(error: Exception, sentence: str) -> None:
    """A full disk or a forbidden file is recognised by its errno; other system errors keep the system's text."""
    with pytest.raises(CommandError) as caught, report_errors():
        raise error

    assert caught.value.message == sentence


def test_a_closed_pipe_is_left_to_click() -> None:
    """A closed pipe is left to click, and is no error."""
    with pytest.raises(BrokenPipeError), report_errors():
        raise BrokenPipeError(32, "Broken pipe")


def test_unexpected_error_keeps_traceback() -> None:
    """An unexpected error keeps its traceback."""
    with pytest.raises(ZeroDivisionError), report_errors():
        raise ZeroDivisionError


def test_expected_error_has_no_traceback(run: Run, tmp_path: Path) -> None:
    """An expected error prints one line on stderr and nothing on stdout."""
    result = run("tips", "list", "--at", str(tmp_path / "none"))

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"anninh: {tmp_path}/none/anninh.toml doesn't exist: make it with `anninh init DIR`.\n"
    assert not (tmp_path / "none").exists()


def test_a_traceback_can_be_asked_for(tmp_path: Path) -> None:
    """`ANNINH_TRACEBACK=1` raises the error itself."""
    result = CliRunner().invoke(anninh, ["units", "--at", str(tmp_path)], env={"ANNINH_TRACEBACK": "1"})

    assert isinstance(result.exception, ConfigurationError)


def test_errors_are_json_with_json_option(run: Run) -> None:
    """With `--json` an error is JSON on stderr, with the same exit code."""
    result = run("tips", "show", "XXXXX-XXXXX", "--json")
    assert (result.exit_code, result.stdout, json.loads(result.stderr)["code"]) == (1, "", "NotVisible")
