"""The session token of a sign-in at the keyboard, in a file of the user's own folder that no other user can read."""

import os
import stat
from pathlib import Path

from anninh_core.app import App
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.kernel.files import write_atomically

TOKEN = "ANNINH_TOKEN"  # noqa: S105  the name of an environment variable

_ID_LETTERS = 32


class SessionFile:
    """The file with the session token of this machine's user for one storage."""

    def __init__(self, app: App) -> None:
        lines = app.internals.context.storage.journal.read(0, 1)  # the first line of its journal identifies a store
        store = lines[0].hash[:_ID_LETTERS] if lines else "new"
        home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        self.path = home / "anninh" / "sessions" / store

    def read(self) -> str:
        """Return the token from the environment or the file, or "".

        Raises:
            ConfigurationError: other users can read the file.
        """
        if token := os.environ.get(TOKEN, ""):
            return token
        try:
            mode = self.path.stat().st_mode
            token = self.path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return ""
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            raise ConfigurationError(
                "Other users can read {file}, so they could act as you: sign in again.", file=self.path
            )
        return token

    def write(self, token: str) -> None:
        """Store a token."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(self.path, token.encode("ascii"))

    def remove(self) -> None:
        """Delete the token."""
        self.path.unlink(missing_ok=True)
