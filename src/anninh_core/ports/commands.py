"""The port for command-line commands of adapters: the services that a command gets from the command line.

A distribution offers commands in the entry-point group `anninh.commands`: a name, and a click command or group. The
overview shows the name without importing anything; the module is imported when the command is called. Its context holds
a `CommandLine` as `ctx.obj`.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from anninh_core.ports.messengers.messenger import Messenger


class CommandLine(Protocol):
    """The command line's services for an adapter's command."""

    def messengers(self, at: Path | None = None) -> AbstractContextManager[Mapping[str, Messenger]]:
        """Open the app of a folder with `anninh.toml`; yield its messengers by instance. They are closed at the end of
        the `with`.

        The working directory is that folder meanwhile. Library errors that a command lets pass are printed as one
        sentence: `ConfigurationError` ends with exit code 2, all others with 1.

        Args:
            at: the folder; by default that of the environment variable `ANNINH_AT`, else the current folder.

        Raises:
            ConfigurationError: settings, profile, a plugin or a messenger's option is wrong.
            StorageError: the storage can't be opened.
        """
        ...
