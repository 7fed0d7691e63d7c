"""What went wrong is told in one sentence."""

import errno
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from gettext import gettext as _
from typing import IO, Any

import click

from anninh_core.cli.language.phrasing import translate_error, translate_sentence
from anninh_core.kernel.errors import AnninhError, ConfigurationError, StepUpNeeded
from anninh_core.kernel.hidden import escape_hidden, show_hidden
from anninh_core.kernel.sentences import Sentence
from anninh_core.language.catalogue import marked

TRACEBACK = "ANNINH_TRACEBACK"
"""Environment variable that shows tracebacks: "1" for yes."""

_SYSTEM_REASONS: Mapping[int | None, str] = {
    errno.ENOENT: marked("{file}: there is no such file or folder."),
    errno.EACCES: marked("{file}: this account may not read or write it."),
    errno.EISDIR: marked("{file} is a folder: name a file."),
    errno.ENOTDIR: marked("{file} isn't a folder."),
    errno.ENOSPC: marked("{file} can't be written, since the disk is full: free some space."),
}
"""Templates by number; the system's own words differ with its C library and locale."""


class CommandError(click.ClickException):
    """An error as the command line shows it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(" ".join(sentence.split()))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence to stderr."""
        click.echo(show_hidden(f"anninh: {self.message}"), file=file, err=file is None)


class SetupError(CommandError):
    """A setting, a profile or a plugin has to be put right first."""

    exit_code = 2


@contextmanager
def report_errors() -> Iterator[None]:
    """Turn our errors into sentences: exit code 2 for a wrong set-up, 1 for everything else."""
    try:
        yield
    except BrokenPipeError:  # the reader of our output closed it; click handles that
        raise
    except (AnninhError, ConfigurationError, OSError) as error:
        if os.environ.get(TRACEBACK) == "1":
            raise
        kind = SetupError if isinstance(error, ConfigurationError) else CommandError
        raise kind(_sentence(error)) from error


@contextmanager
def errors_as_json(words: Sequence[str]) -> Iterator[None]:
    """Print what goes wrong as JSON to stderr where `--json` is among the words of a command line.

    It ends with the code that it would have anyway.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except click.ClickException as error:
        if not _names_json(words):
            raise
        _echo_as_json(error, error.format_message())
        raise SystemExit(error.exit_code) from error
    except (AnninhError, ConfigurationError, OSError) as error:
        if not _names_json(words):
            raise
        _echo_as_json(error, _sentence(error))
        raise SystemExit(SetupError.exit_code if isinstance(error, ConfigurationError) else 1) from error


def _names_json(words: Sequence[str]) -> bool:
    """Tell whether a program reads what a command prints, and so its errors too."""
    options = [*words][: [*words, "--"].index("--")]
    return any(word == "--json" or word.startswith("--json=") for word in options)


def _echo_as_json(error: Exception, sentence: str) -> None:
    told = {"code": type(error).__name__, "message": sentence, "errors": _places(error)}
    click.echo(escape_hidden(json.dumps(told, ensure_ascii=False, indent=2)), err=True)


def _places(error: Exception) -> list[dict[str, str]]:
    """Return what is wrong with which argument, where an error says that."""
    return [{"path": one.path, "message": translate_sentence(one.message)} for one in getattr(error, "errors", ())]


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror and error.filename:
        template = _SYSTEM_REASONS.get(error.errno, marked("{file} can't be used ({reason})."))
        return translate_sentence(Sentence(template, file=error.filename, reason=error.strerror))
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:  # a write that fails names no file
        return translate_sentence(marked("The disk is full: free some space."))
    if isinstance(error, StepUpNeeded):
        way_out = _("`anninh account step-up`, or `anninh account totp` where there is no second factor yet")
        return f"{translate_error(error)}: {way_out}"
    return translate_error(error)
