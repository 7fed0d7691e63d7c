"""Reporting of errors, each in one sentence."""

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
"""Environment variable that shows tracebacks if its value is "1"."""

_SYSTEM_REASONS: Mapping[int | None, str] = {
    errno.ENOENT: marked("{file}: there is no such file or folder."),
    errno.EACCES: marked("{file}: this account may not read or write it."),
    errno.EISDIR: marked("{file} is a folder: name a file."),
    errno.ENOTDIR: marked("{file} isn't a folder."),
    errno.ENOSPC: marked("{file} can't be written, since the disk is full: free some space."),
}
"""Templates of sentences by the system's error number, because the system's own sentences differ with its C library and
locale.
"""


class CommandError(click.ClickException):
    """An error that the command line prints as one sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(" ".join(sentence.split()))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence to stderr."""
        click.echo(show_hidden(f"anninh: {self.message}"), file=file, err=file is None)


class SetupError(CommandError):
    """Raised if a setting, a profile or a plugin has to be corrected first."""

    exit_code = 2


@contextmanager
def report_errors() -> Iterator[None]:
    """Turn errors of this library and of the system into sentences: exit code 2 for a wrong set-up, 1 for all
    others.
    """
    try:
        yield
    except BrokenPipeError:  # The reader of our output has closed it, which click handles.
        raise
    except (AnninhError, ConfigurationError, OSError) as error:
        if os.environ.get(TRACEBACK) == "1":
            raise
        kind = SetupError if isinstance(error, ConfigurationError) else CommandError
        raise kind(_find_error_sentence(error)) from error


@contextmanager
def print_errors_as_json(words: Sequence[str]) -> Iterator[None]:
    """Print errors as JSON to stderr if `--json` is among the words of a command line.

    The exit code is the same as without `--json`.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except click.ClickException as error:
        if not _has_json_option(words):
            raise
        _echo_as_json(error, error.format_message())
        raise SystemExit(error.exit_code) from error
    except (AnninhError, ConfigurationError, OSError) as error:
        if not _has_json_option(words):
            raise
        _echo_as_json(error, _find_error_sentence(error))
        raise SystemExit(SetupError.exit_code if isinstance(error, ConfigurationError) else 1) from error


def _has_json_option(words: Sequence[str]) -> bool:
    """Return whether `--json` is among the options, so that a program reads the output and the errors."""
    options = [*words][: [*words, "--"].index("--")]
    return any(word == "--json" or word.startswith("--json=") for word in options)


def _echo_as_json(error: Exception, sentence: str) -> None:
    document = {"code": type(error).__name__, "message": sentence, "errors": _places(error)}
    click.echo(escape_hidden(json.dumps(document, ensure_ascii=False, indent=2)), err=True)


def _places(error: Exception) -> list[dict[str, str]]:
    """Return the path and message of each wrong argument, if an error lists them."""
    return [
        {"path": argument_error.path, "message": translate_sentence(argument_error.message)}
        for argument_error in getattr(error, "errors", ())
    ]


def _find_error_sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror and error.filename:
        template = _SYSTEM_REASONS.get(error.errno, marked("{file} can't be used ({reason})."))
        return translate_sentence(Sentence(template, file=error.filename, reason=error.strerror))
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:  # The error of a failed write names no file.
        return translate_sentence(marked("The disk is full: free some space."))
    if isinstance(error, StepUpNeeded):
        way_out = _("`anninh account step-up`, or `anninh account totp` where there is no second factor yet")
        return f"{translate_error(error)}: {way_out}"
    return translate_error(error)
