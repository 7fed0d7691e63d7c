"""Secrets among the options: written there, or in a file of their own that fewer people can read."""

from collections.abc import Mapping
from pathlib import Path

from anninh_core.kernel.errors import ConfigurationError

FILE_SUFFIX = "_file"
"""Behind an option's name: the path of a file that holds the value."""


def read_secret_files(options: Mapping[str, str], names: tuple[str, ...], instance: str) -> dict[str, str]:
    """Return options in which `NAME_file` became `NAME`: what the file holds, without white space around it.

    Raises:
        ConfigurationError: both are given, or the file can't be read. The message names the option, never the value.
    """
    values = dict(options)
    for name in names:
        path = values.pop(name + FILE_SUFFIX, "")
        if not path:
            continue
        if values.get(name):
            raise ConfigurationError(f"messenger {instance!r}: give {name} or {name}{FILE_SUFFIX}, not both")
        values[name] = _read_file(path, name, instance)
    return values


def _read_file(path: str, name: str, instance: str) -> str:
    """Return what a file holds; the error is raised outside of the handler, for its cause knows the path."""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        problem = type(error).__name__
    raise ConfigurationError(f"messenger {instance!r}: {name}{FILE_SUFFIX} can't be read: {problem}")
