"""A server's folder, with a guard that removes it, and the programs that run there under the server's account."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.postgres import guard
from tests.support.postgres.account import unprivileged_account
from tests.support.postgres.installations import Installation


class ServerFolder:
    """A temporary folder of a server, and the programs of one installation that run in it.

    Args:
        installation: the programs; copied into the folder if the account can't reach them, as in a virtual environment
            under root's home.
        in_memory: whether the folder may be in main memory.
    """

    def __init__(self, installation: Installation, *, in_memory: bool) -> None:
        self._account = unprivileged_account()
        self.folder = self._account.new_folder(in_memory=in_memory)
        command = [sys.executable, "-P", guard.__file__, str(self.folder)]
        self._guard = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,  # A keyboard interrupt must not reach the guard.
            text=True,
        )
        self._programs = self._copy_if_unreachable(installation).bindir

    def close(self) -> None:
        """End the processes that work in the folder, and remove it.

        Raises:
            RuntimeError: the guard failed.
        """
        _, error = self._guard.communicate()
        if self._guard.returncode:
            raise RuntimeError(f"{self.folder} could not be cleared away, do it by hand: {error}")

    def run(self, program: str, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        """Run a program in the folder, and wait until it ends.

        Raises:
            RuntimeError: the program failed; the message has the end of the log.
        """
        process = self.start(program, *arguments, environment=environment)
        if process.wait():
            raise RuntimeError(f"{program} failed: {self.log}")

    def start(
        self, program: str, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[bytes]":
        """Start a program in the folder, with its output in the log."""
        # A server's timers don't fire under faketime, which tests use to change the clock (`tools.moved_clocks`).
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LD_PRELOAD"))}
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [self._programs / program, *arguments],
                cwd=self.folder,
                env=ours | {"LC_ALL": "C"} | dict(environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self._account.user,
                group=self._account.group,
                extra_groups=None if self._account.user is None else [],
            )

    def kill_processes(self) -> None:
        """Kill every process that works in the folder, as a power cut would."""
        guard.end_processes(self.folder, signal.SIGKILL)

    def write(self, name: str, text: str) -> Path:
        """Write a file that the server's programs can read, and return its path."""
        path = self.folder / name
        path.write_text(text)
        self._account.take_ownership(self.folder)
        return path

    @property
    def log(self) -> str:
        """The end of the programs' output so far."""
        return (self.folder / "log").read_text(errors="replace")[-4000:]

    def _copy_if_unreachable(self, installation: Installation) -> Installation:
        if self._account.can_reach(installation.bindir / "postgres"):
            return installation
        copied = installation.copy_to(self.folder / "programs")
        self._account.take_ownership(self.folder)
        return copied
