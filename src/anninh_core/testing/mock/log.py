"""Logs for the mock service: an empty one, and a file that several processes share."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from anninh_core.kernel.errors import BadInput
from anninh_core.testing.mock.lines import LogLine

if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)

    def _unlock(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _unlock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


class ChatLog(Protocol):
    """The log of a mock service: lines in the order in which they were written. Only one thread may call it at a
    time.
    """

    @contextmanager
    def lock_and_read(self) -> Iterator[list[LogLine]]:
        """Lock out other writers and yield the lines that they have written since the last call."""
        ...

    def append(self, line: LogLine) -> None:
        """Add a line, which is durable on return; may be called only inside `lock_and_read`."""
        ...


class NullChatLog:
    """The log of a mock service that exists in one object and shares its lines with no other process."""

    @contextmanager
    def lock_and_read(self) -> Iterator[list[LogLine]]:
        """Yield no lines: no other process writes any."""
        yield []

    def append(self, line: LogLine) -> None:
        """Store nothing: the caller already has the line."""


class FileChatLog:
    """A log of JSON lines in a file, which is locked in each transaction and flushed to the disk.

    A line that was cut off by a crash was never acknowledged; the next writer removes it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_bytes = 0
        self._decoder = msgspec.json.Decoder(LogLine)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    @contextmanager
    def lock_and_read(self) -> Iterator[list[LogLine]]:
        """Hold the file's lock and yield the lines that other processes have written since the last call."""
        # The lock has a file of its own, because a lock on Windows would keep readers out of the locked bytes.
        with self._path.with_name(self._path.name + ".lock").open("ab") as lock:
            _lock(lock)
            try:
                yield self._read_new_lines()
            finally:
                _unlock(lock)

    def append(self, line: LogLine) -> None:
        """Write a line and flush it to the disk."""
        data = msgspec.json.encode(line) + b"\n"
        with self._path.open("r+b") as file:
            file.truncate(self._read_bytes)
            file.seek(self._read_bytes)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self._read_bytes += len(data)

    def _read_new_lines(self) -> list[LogLine]:
        with self._path.open("rb") as file:
            file.seek(self._read_bytes)
            whole, newline, torn = file.read().rpartition(b"\n")
        try:
            lines = self._decoder.decode_lines(whole)
        except msgspec.MsgspecError as error:
            raise self._build_foreign_file_error() from error
        if torn and not torn.startswith(b"{"):
            raise self._build_foreign_file_error()
        self._read_bytes += len(whole + newline)
        return lines

    def _build_foreign_file_error(self) -> BadInput:
        return BadInput(
            "{path} isn't the record of a mock chat, and nothing was written: name another file.", path=self._path
        )
