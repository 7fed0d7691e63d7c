"""Sources of the key file's passphrase: the place that the settings name, or a person at a terminal."""

import os
import stat
import sys
from getpass import getpass
from pathlib import Path

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import is_blank

CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""Environment variable with the folder of a service's credentials, set by systemd."""

_WAYS = "set `keys_passphrase` to env:VARIABLE, file:PATH or credential:NAME, or start by hand at a terminal"


class PassphraseSource:
    """Provides the passphrase of a key file; a program prompts for it at most once, when it starts.

    Args:
        setting: the setting `keys_passphrase`.
        key_file: named in the prompt and in errors.
    """

    def __init__(self, setting: str, key_file: str) -> None:
        self._kind, _, self._name = setting.partition(":")
        self._key_file = key_file
        self._was_asked = False

    def __call__(self) -> str:
        """Return the configured passphrase, or prompt for it at the terminal if none is configured or found.

        Raises:
            ConfigurationError: it isn't found and there is no terminal; or it was prompted for before and has been
                changed since.
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
        """Return the passphrase that the settings lead to, or None.

        Raises:
            ConfigurationError: the file can't be read, is empty, or other users may read it.
        """
        if self._kind == "env":
            return os.environ.get(self._name) or None
        file = self._find_configured_file()
        return None if file is None or not file.exists() else read_first_line(file, private=True)

    def _find_configured_file(self) -> Path | None:
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
    """Return the passphrase or other secret on the first line of a file.

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
