"""How far a part of the worker has read the journal: stored with a check sum, so that damage is noticed."""

import logging
from datetime import datetime, timedelta
from zlib import crc32

from attrs import frozen

from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.ports.clock import Clock
from anninh_core.ports.storages.changes import JournalLine, entry_from
from anninh_core.ports.storages.storage import Storage

_OWNER = "dispatch"
_REREAD = timedelta(days=1)
"""How much of the journal is read again where the cursor is lost: far less than requests are remembered for, so that
what was done isn't done twice; more than a worker is usually away for."""
_PAGE = 500
_log = logging.getLogger(__name__)


@frozen
class JournalCursor:
    """The line up to which the journal is done with.

    Attributes:
        version: of the stored value, 0 where there is none.
        name: of what reads.
    """

    seq: int
    version: int
    name: str

    @classmethod
    def read(cls, storage: Storage, clock: Clock, name: str) -> "JournalCursor":
        """Return the stored cursor; of a damaged one, the line before the last day's first."""
        stored = storage.states.get(_OWNER, name)
        if stored is None:
            return cls(0, 0, name)
        seq = _decode(stored.body, storage)
        if seq is None:
            seq = find_last_day(storage, clock)
            _log.error("the cursor of %s is damaged (%r): they begin again behind line %d", name, stored.body, seq)
        return cls(seq, stored.version, name)

    def move(self, storage: Storage, seq: int) -> "JournalCursor | None":
        """Store the next line and return the cursor there; None where another worker has stored one meanwhile."""
        is_stored = storage.states.put(_OWNER, self.name, _encode(seq), self.version)
        return JournalCursor(seq, self.version + 1, self.name) if is_stored else None


def _encode(seq: int) -> bytes:
    number = str(seq).encode()
    return b"%s %08x" % (number, crc32(number))


def _decode(stored: bytes, storage: Storage) -> int | None:
    """Return the number of a line, None for a damaged one.

    Earlier versions stored the number alone: of that one is only known that no line beyond the last is done with.
    """
    number = stored.partition(b" ")[0]
    if not number.isdigit():
        return None
    seq = int(number)
    if stored == number:
        return seq if seq <= storage.journal.head()[0] else None
    return seq if stored == _encode(seq) else None


def find_last_day(storage: Storage, clock: Clock) -> int:
    """Return the line before those of the last day."""
    since = clock.now() - _REREAD
    before, _ = storage.journal.head()
    while before:
        after = max(0, before - _PAGE)
        for line in reversed(storage.journal.read(after, before - after)):
            if _is_before(line, since):
                return line.seq
        before = after
    return 0


def _is_before(line: JournalLine, moment: datetime) -> bool:
    try:
        return entry_from(line.content).at < moment
    except DECODE_ERRORS:
        return False
