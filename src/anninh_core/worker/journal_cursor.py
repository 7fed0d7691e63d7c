"""A cursor that records how far a part of the worker has read the journal, stored with a checksum, so that damage is
detected.
"""

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
"""How much of the journal is read again if the cursor is lost: far less than the time for which idempotency keys are
kept, so that nothing is done twice; more than a worker is usually down.
"""
_PAGE = 500
_log = logging.getLogger(__name__)


@frozen
class JournalCursor:
    """The number of the journal line up to which a reader has processed the journal.

    Attributes:
        version: version of the stored value, 0 if there is none.
        name: name of the reader.
    """

    seq: int
    version: int
    name: str

    @classmethod
    def read(cls, storage: Storage, clock: Clock, name: str) -> "JournalCursor":
        """Return the stored cursor of a reader; if it is damaged, a cursor before the lines of the last day."""
        stored = storage.states.get(_OWNER, name)
        if stored is None:
            return cls(0, 0, name)
        seq = _decode(stored.body, storage)
        if seq is None:
            seq = find_last_day(storage, clock)
            _log.error("the cursor of %s is damaged (%r): they begin again behind line %d", name, stored.body, seq)
        return cls(seq, stored.version, name)

    def move(self, storage: Storage, seq: int) -> "JournalCursor | None":
        """Store the new line number and return the moved cursor, or None if another worker has moved it meanwhile."""
        is_stored = storage.states.put(_OWNER, self.name, _encode(seq), self.version)
        return JournalCursor(seq, self.version + 1, self.name) if is_stored else None


def _encode(seq: int) -> bytes:
    number = str(seq).encode()
    return b"%s %08x" % (number, crc32(number))


def _decode(stored: bytes, storage: Storage) -> int | None:
    """Return the line number in a stored cursor, or None if it is damaged.

    Earlier versions stored the number without a checksum: it is only checked against the last line of the journal.
    """
    number = stored.partition(b" ")[0]
    if not number.isdigit():
        return None
    seq = int(number)
    if stored == number:
        return seq if seq <= storage.journal.head()[0] else None
    return seq if stored == _encode(seq) else None


def find_last_day(storage: Storage, clock: Clock) -> int:
    """Return the number of the last journal line that is older than a day."""
    since = clock.now() - _REREAD
    end, _ = storage.journal.head()
    while end:
        start = max(0, end - _PAGE)
        for line in reversed(storage.journal.read(start, end - start)):
            if _is_before(line, since):
                return line.seq
        end = start
    return 0


def _is_before(line: JournalLine, moment: datetime) -> bool:
    try:
        return entry_from(line.content).at < moment
    except DECODE_ERRORS:
        return False
