"""The watchdog's memory of what it reported on each channel, so that a failure lasting all night causes one mail and
some reminders.

It is a separate file, because it must work if the storage can't be opened. It is overwritten in place and keeps its
size, so that a full disk can't erase it, which would cause a mail every minute.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from pathlib import Path

import msgspec
from attrs import evolve, field, frozen

from anninh_core.ports.health import Check

CALM = timedelta(minutes=5)
"""Time without a fault after which the fault is over; a fault that recurs earlier is the same one and isn't reported
again.
"""

_BLOCK = 8192  # Size of the memory file in bytes, enough for all faults of several channels.


class ReportKind(Enum):
    """Reason for which the watchdog sends a report."""

    FAULT = "fault"
    """A new fault."""
    REMINDER = "reminder"
    """A reported fault persists."""
    ALL_CLEAR = "all_clear"
    """All reported faults are over."""


@frozen
class Span:
    """Times at which a fault was first and last found."""

    first: datetime
    last: datetime


@frozen(kw_only=True)
class FaultReport:
    """A report that is due.

    Attributes:
        faults: all present faults, each with the time at which it was first found.
        new: names of the faults that weren't reported yet.
    """

    kind: ReportKind
    faults: tuple[tuple[Check, datetime], ...] = ()
    new: frozenset[str] = frozenset()


@frozen(kw_only=True)
class ChannelMemory:
    """The memory of the reports made on one channel.

    Attributes:
        faults: name -> span of each reported fault that isn't over.
        reported_at: time of the last report.
        failed: why the channel rejected the last report; "" if it was accepted.
    """

    faults: Mapping[str, Span] = field(factory=dict)
    reported_at: datetime | None = None
    failed: str = ""

    def find_due(self, faults: Sequence[Check], now: datetime, remind_after: timedelta) -> FaultReport | None:
        """Return the report that is due now, or None."""
        spans = self._merge_faults(faults, now)
        dated_faults = tuple((fault, spans[fault.name].first) for fault in faults)
        new = frozenset(fault.name for fault in faults) - self.faults.keys()
        if new:
            return FaultReport(kind=ReportKind.FAULT, faults=dated_faults, new=new)
        if self.faults and not spans:
            return FaultReport(kind=ReportKind.ALL_CLEAR)
        waited = None if self.reported_at is None else now - self.reported_at
        if faults and (waited is None or not timedelta() <= waited < remind_after):
            return FaultReport(kind=ReportKind.REMINDER, faults=dated_faults)
        return None

    def after(self, faults: Sequence[Check], now: datetime) -> "ChannelMemory":
        """Return the memory after an inspection without a report."""
        return evolve(self, faults=self._merge_faults(faults, now))

    def reported(self, faults: Sequence[Check], now: datetime) -> "ChannelMemory":
        """Return the memory after an accepted report."""
        return evolve(self, faults=self._merge_faults(faults, now), reported_at=now, failed="")

    def _merge_faults(self, faults: Sequence[Check], now: datetime) -> dict[str, Span]:
        present = {fault.name: Span(self._find_first_time(fault.name, now), now) for fault in faults}
        recent = {
            name: span
            for name, span in self.faults.items()
            if name not in present and timedelta() <= now - span.last < CALM
        }
        return recent | present

    def _find_first_time(self, name: str, now: datetime) -> datetime:
        return self.faults[name].first if name in self.faults else now


@frozen(kw_only=True)
class WatchMemory:
    """Everything a watchdog remembers.

    Attributes:
        looked_at: time of its last inspection; None if never.
        channels: name of a channel -> the reports made on it.
    """

    looked_at: datetime | None = None
    channels: Mapping[str, ChannelMemory] = field(factory=dict)

    def channel(self, name: str) -> ChannelMemory:
        """Return the memory of a channel, empty if nothing was reported on it yet."""
        return self.channels.get(name, ChannelMemory())


_DECODER = msgspec.json.Decoder(WatchMemory)


class MemoryFile:
    """Keeps the memory in a file, or in the folder of temporary files if the file can't be written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> WatchMemory:
        """Return the newest readable memory, or an empty memory."""
        memories = [memory for memory in self._iter_readable_memories() if memory.looked_at is not None]
        return max(memories, key=lambda memory: str(memory.looked_at), default=WatchMemory())

    def write(self, memory: WatchMemory) -> None:
        """Write the memory.

        Raises:
            OSError: neither file can be written.
        """
        data = msgspec.json.encode(memory)
        padded = data.ljust(-(-len(data) // _BLOCK) * _BLOCK)
        try:
            _overwrite(self._path, padded)
        except OSError:
            _overwrite(self._spare_path, padded)

    @property
    def _spare_path(self) -> Path:
        digest = sha256(str(self._path.absolute()).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"anninh-watch-{digest}"

    def _iter_readable_memories(self) -> Iterator[WatchMemory]:
        for path in (self._path, self._spare_path):
            try:
                yield _DECODER.decode(path.read_bytes())
            except (OSError, msgspec.MsgspecError):
                continue  # A missing or half-written file is skipped: a repeated report is better than none.


def _overwrite(path: Path, data: bytes) -> None:
    """Overwrite a file without truncating it first, so that its disk space stays allocated."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
