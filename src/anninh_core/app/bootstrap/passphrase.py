"""Where the passphrase of the key file comes from: what the settings name, or a person at a terminal."""

import os
import stat
import sys
from getpass import getpass
from pathlib import Path

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.kernel.sentences import Sentence
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
            raise ConfigurationError(
                "The passphrase is asked for only when the program starts: start this program again."
            )
        if not sys.stdin.isatty():
            raise ConfigurationError(
                "A passphrase protects the key file {file}, but it can't be read or asked for ({reason}): "
                "set `keys_passphrase` to env:VARIABLE, file:PATH or credential:NAME, or start the program "
                "by hand at a terminal.",
                file=self._key_file,
                reason=self._describe_absence(),
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
            return Sentence("the environment variable {name} of `keys_passphrase` isn't set", name=self._name)
        if self._kind == "file":
            return Sentence("the file {file} of `keys_passphrase` doesn't exist", file=self._name)
        if self._kind == "credential":
            return Sentence(
                "the credential {name} of `keys_passphrase` isn't in ${folder}", name=self._name, folder=CREDENTIALS
            )
        return Sentence("the settings ask for it at a terminal")


def read_first_line(file: Path, *, private: bool = False) -> str:
    """Return the passphrase, or another secret, in a file: its first line.

    Args:
        private: whether a file that any user may read is refused.

    Raises:
        ConfigurationError: the first line is empty or blank, the file can't be read, or any user may read it.
    """
    try:
        if private and os.name == "posix" and file.stat().st_mode & stat.S_IRWXO:
            raise ConfigurationError(
                "Every user may read the passphrase or secret in {file}: run `chmod o= {file}`.", file=file
            )
        first_lines = file.read_text(encoding="utf-8").splitlines()[:1]
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else Sentence("it isn't a text")
        raise ConfigurationError(
            "{file} can't be read ({reason}): choose the right file, or allow this program to read it.",
            file=file,
            reason=why,
        ) from error
    if not first_lines or is_blank(first_lines[0]):
        raise ConfigurationError(
            "The first line of {file} is empty: write the passphrase or secret into it.", file=file
        )
    return first_lines[0]
