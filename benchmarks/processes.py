"""Functions that start other programs, read their output and memory use, and end them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.measure import CannotRun

_STATUS = "/proc/{pid}/statm"
_PATIENCE = 30


class Program:
    """A Python module that runs in its own process for the `with` block.

    Args:
        module: dotted name.
        arguments: of its command line.
    """

    def __init__(self, module: str, *arguments: object) -> None:
        self._module = module
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Each program has its own session, so that the scheduler divides time among them as among services of a
            # machine.
            start_new_session=True,
        )

    def write_line(self, line: str) -> None:
        """Write a line to the program's standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def close_input(self) -> None:
        """Close the program's standard input; some programs end then."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def read_line(self) -> str:
        """Return the next line that the program prints.

        Raises:
            CannotRun: the program ended instead.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise CannotRun(f"{self._module} ended with status {self._process.wait()}")
        return line.strip()

    def answer(self) -> Mapping[str, Any]:
        """Return the next line that the program prints, parsed as JSON."""
        answer: Mapping[str, Any] = json.loads(self.read_line())
        return answer

    @property
    def megabytes(self) -> float:
        """Resident memory of the program, in megabytes.

        Raises:
            CannotRun: this system has no `/proc`.
        """
        status = Path(_STATUS.format(pid=self._process.pid))
        if not status.exists():
            raise CannotRun("resident memory is read from /proc, which this system lacks")
        return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    @property
    def peak_megabytes(self) -> float:
        """Peak resident memory of the program, in megabytes.

        Raises:
            CannotRun: this system has no `/proc`.
        """
        status = Path(f"/proc/{self._process.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        peak = next((line for line in lines if line.startswith("VmHWM:")), None)
        if peak is None:
            raise CannotRun("the most resident memory is read from /proc, which this system lacks")
        return int(peak.split()[1]) * 1024 / 1e6

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
