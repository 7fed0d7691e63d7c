"""What a watchdog has reported by each channel, so that a failure of a whole night is one mail and some reminders.

It is a file of its own: it has to work where the storage doesn't open. It is written in place and keeps its size, so
that a full disk doesn't make it forget, and mail each minute.
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
"""A fault that is gone for so long is over; one that comes back before is the same fault, and not reported again."""

_BLOCK = 8192  # bytes: room for all faults of several channels


class ReportKind(Enum):
    """Why something is reported."""

    FAULT = "fault"
    """Something that was well isn't."""
    REMINDER = "reminder"
    """What was reported isn't put right."""
    ALL_CLEAR = "all_clear"
    """Everything that was reported is over."""


@frozen
class Span:
    """Since when a fault is known, and when it was last found."""

    first: datetime
    last: datetime


@frozen(kw_only=True)
class FaultReport:
    """What is due to be reported.

    Attributes:
        faults: all there are now, with since when each is known.
        new: names of those that were not reported yet.
    """

    kind: ReportKind
    faults: tuple[tuple[Check, datetime], ...] = ()
    new: frozenset[str] = frozenset()


@frozen(kw_only=True)
class ChannelMemory:
    """What one channel was given.

    Attributes:
        faults: name -> span of each fault that was reported and isn't over.
        reported_at: when something was last reported.
        failed: why the channel didn't take the last report, "" where it did.
    """

    faults: Mapping[str, Span] = field(factory=dict)
    reported_at: datetime | None = None
    failed: str = ""

    def find_due(self, faults: Sequence[Check], now: datetime, remind_after: timedelta) -> FaultReport | None:
        """Return what has to be reported now, None for nothing."""
        spans = self._update(faults, now)
        known = tuple((fault, spans[fault.name].first) for fault in faults)
        new = frozenset(fault.name for fault in faults) - self.faults.keys()
        if new:
            return FaultReport(kind=ReportKind.FAULT, faults=known, new=new)
        if self.faults and not spans:
            return FaultReport(kind=ReportKind.ALL_CLEAR)
        waited = None if self.reported_at is None else now - self.reported_at
        if faults and (waited is None or not timedelta() <= waited < remind_after):
            return FaultReport(kind=ReportKind.REMINDER, faults=known)
        return None

    def after(self, faults: Sequence[Check], now: datetime) -> "ChannelMemory":
        """Return the memory after a look with nothing to report."""
        return evolve(self, faults=self._update(faults, now))

    def reported(self, faults: Sequence[Check], now: datetime) -> "ChannelMemory":
        """Return the memory after a report was taken."""
        return evolve(self, faults=self._update(faults, now), reported_at=now, failed="")

    def _update(self, faults: Sequence[Check], now: datetime) -> dict[str, Span]:
        found = {fault.name: Span(self._since(fault.name, now), now) for fault in faults}
        calming = {
            name: span
            for name, span in self.faults.items()
            if name not in found and timedelta() <= now - span.last < CALM
        }
        return calming | found

    def _since(self, name: str, now: datetime) -> datetime:
        return self.faults[name].first if name in self.faults else now


@frozen(kw_only=True)
class WatchMemory:
    """What a watchdog remembers.

    Attributes:
        looked_at: when it last looked, None for never.
        channels: name of a channel -> what it was given.
    """

    looked_at: datetime | None = None
    channels: Mapping[str, ChannelMemory] = field(factory=dict)

    def channel(self, name: str) -> ChannelMemory:
        """Return what a channel was given."""
        return self.channels.get(name, ChannelMemory())


_DECODER = msgspec.json.Decoder(WatchMemory)


class MemoryFile:
    """Keeps the memory in a file; where that can't be written, in the folder of temporary files."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> WatchMemory:
        """Return the newest memory that can be read; an empty one where there is none."""
        memories = [memory for memory in self._iter_readable() if memory.looked_at is not None]
        return max(memories, key=lambda memory: str(memory.looked_at), default=WatchMemory())

    def write(self, memory: WatchMemory) -> None:
        """Write the memory.

        Raises:
            OSError: it can't be written anywhere.
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

    def _iter_readable(self) -> Iterator[WatchMemory]:
        for path in (self._path, self._spare_path):
            try:
                yield _DECODER.decode(path.read_bytes())
            except (OSError, msgspec.MsgspecError):
                continue  # not there, or torn: then it is reported once more rather than not at all


def _overwrite(path: Path, data: bytes) -> None:
    """Write over a file without cutting it off first: its room on the disk stays its own."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
