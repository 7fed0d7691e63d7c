"""A terminal for a process, which a test reads and types into. POSIX only."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATIENCE = 60.0  # seconds until a silent process is given up


class Terminal:
    """The output and input of a process.

    Attributes:
        shown: everything printed so far.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", descriptor: int) -> None:
        self._process = process
        self._descriptor = descriptor
        self.shown = ""

    def answer(self, prompt: str, typed: str) -> None:
        """Wait until the process prints `prompt`, and type a line."""
        self._read_until(prompt, len(self.shown))
        os.write(self._descriptor, f"{typed}\n".encode())

    def read_to_end(self) -> int:
        """Read the output until the process ends, and return its exit code."""
        self._read_until(None, 0)
        return self._process.wait(_PATIENCE)

    def _read_until(self, awaited: str | None, since: int) -> None:
        until = time.monotonic() + _PATIENCE
        while awaited is None or awaited not in self.shown[since:]:
            ready, _, _ = select.select([self._descriptor], [], [], until - time.monotonic())
            assert ready, f"{awaited!r} isn't asked: {self.shown}"
            try:
                read = os.read(self._descriptor, 65_536)
            except OSError:  # The process has closed its end of the terminal.
                read = b""
            if not read:
                assert awaited is None, f"{awaited!r} isn't asked: {self.shown}"
                return
            self.shown += read.decode(errors="replace").replace("\r\n", "\n")


@contextmanager
def open_terminal(*words: str, env: dict[str, str]) -> Iterator[Terminal]:
    """Run `anninh` at a terminal of 100 columns inside a `with`."""
    import pty  # noqa: PLC0415  not on every system

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "anninh_core.cli", *words]
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "100", **env}
    process = subprocess.Popen(
        command, env=surroundings, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, cwd=Path.cwd()
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
