"""What a person reads when something goes wrong."""

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
def test_an_error_is_its_sentence(error: Exception) -> None:
    """Exit code 1, and the sentence as it was raised."""
    with pytest.raises(CommandError, match=r"^no good$") as caught, report_errors():
        raise error

    assert caught.value.exit_code == 1


@pytest.mark.parametrize("error", [ConfigurationError("line\n  two"), BadProfile("line two")])
def test_a_wrong_set_up_has_a_code_of_its_own(error: Exception) -> None:
    """Exit code 2, in one line."""
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
def test_the_systems_errors_name_the_file(error: Exception, sentence: str) -> None:
    """A full disk or a forbidden file is recognised by its number; anything else is shown in the system's words."""
    with pytest.raises(CommandError) as caught, report_errors():
        raise error

    assert caught.value.message == sentence


def test_a_closed_pipe_is_left_to_click() -> None:
    """The reader had enough; that is no error to tell."""
    with pytest.raises(BrokenPipeError), report_errors():
        raise BrokenPipeError(32, "Broken pipe")


def test_a_defect_of_ours_is_not_hidden() -> None:
    """What isn't in our tree keeps its traceback."""
    with pytest.raises(ZeroDivisionError), report_errors():
        raise ZeroDivisionError


def test_there_is_no_traceback(run: Run, tmp_path: Path) -> None:
    """One line on stderr, nothing on stdout, nothing made."""
    done = run("tips", "list", "--at", str(tmp_path / "none"))

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"anninh: {tmp_path}/none/anninh.toml doesn't exist: make it with `anninh init DIR`.\n"
    assert not (tmp_path / "none").exists()


def test_a_traceback_can_be_asked_for(tmp_path: Path) -> None:
    """With ANNINH_TRACEBACK=1 the error itself comes through."""
    done = CliRunner().invoke(anninh, ["units", "--at", str(tmp_path)], env={"ANNINH_TRACEBACK": "1"})

    assert isinstance(done.exception, ConfigurationError)


def test_programs_read_errors_of_every_command(run: Run) -> None:
    """Where a command has `--json`, its errors are JSON on standard error too, under the same exit code."""
    wrong = run("tips", "show", "XXXXX-XXXXX", "--json")
    assert (wrong.exit_code, wrong.stdout, json.loads(wrong.stderr)["code"]) == (1, "", "NotVisible")
