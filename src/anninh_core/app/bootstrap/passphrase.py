"""Where the passphrase of the key file comes from: what the settings name, or a person at a terminal."""

import os
import stat
import sys
from getpass import getpass
from pathlib import Path

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.kernel.text import is_blank

CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""Environment variable by which systemd tells a service where its credentials lie."""

_WAYS = "set `keys_passphrase` to env:VARIABLE, file:PATH or credential:NAME, or start by hand at a terminal"


class PassphraseSource:
    """Asks for the passphrase of a key file: a program that starts does it once.

    Args:
        setting: `keys_passphrase` of the settings.
        key_file: named to whoever is asked.
    """

    def __init__(self, setting: str, key_file: str) -> None:
        self._kind, _, self._name = setting.partition(":")
        self._key_file = key_file
        self._was_asked = False

    def __call__(self) -> str:
        """Return the passphrase; where the settings name none, or it isn't there, somebody at a terminal is asked.

        Raises:
            ConfigurationError: it isn't there and nobody can be asked; or somebody was, before it was changed.
        """
        if (passphrase := self.read_configured()) is not None:
            return passphrase
        if self._was_asked:
            raise ConfigurationError("nobody is asked in the middle of the work; start this program again")
        if not sys.stdin.isatty():
            raise ConfigurationError(
                f"a passphrase protects the key file {self._key_file}, {self._describe_absence()}, and nobody is at a "
                f"terminal; {_WAYS}"
            )
        self._was_asked = True
        return getpass(f"Passphrase of {self._key_file}: ")

    def read_configured(self) -> str | None:
        """Return the passphrase that the settings lead to; None where they lead to none here.

        Raises:
            ConfigurationError: a file can't be read, is empty, or others may read it.
        """
        if self._kind == "env":
            return os.environ.get(self._name) or None
        file = self._file()
        return None if file is None or not file.exists() else read_first_line(file, private=True)

    def _file(self) -> Path | None:
        if self._kind == "file":
            return Path(self._name)
        folder = os.environ.get(CREDENTIALS)
        return Path(folder) / self._name if self._kind == "credential" and folder else None

    def _describe_absence(self) -> str:
        if self._kind == "env":
            return f"the environment variable {self._name}, which `keys_passphrase` names, isn't set"
        if self._kind == "file":
            return f"the file {self._name}, which `keys_passphrase` names, isn't there"
        if self._kind == "credential":
            return f"the credential {self._name}, which `keys_passphrase` names, isn't in ${CREDENTIALS}"
        return "the settings say that it is asked for"


def read_first_line(file: Path, *, private: bool = False, what: str = "passphrase") -> str:
    """Return the passphrase, or another secret, in a file: its first line.

    Args:
        private: whether a file that any user may read is refused.
        what: how errors call it.

    Raises:
        ConfigurationError: the first line is empty or blank, the file can't be read, or any user may read it.
    """
    try:
        if private and os.name == "posix" and file.stat().st_mode & stat.S_IRWXO:
            raise ConfigurationError(f"every user may read the {what} in {file}; run: chmod o= {file}")
        first_lines = file.read_text(encoding="utf-8").splitlines()[:1]
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigurationError(f"{file} can't be read ({why}); name the file with the {what}") from error
    if not first_lines or is_blank(first_lines[0]):
        raise ConfigurationError(f"{file} is empty; write the {what} into its first line")
    return first_lines[0]
