"""A clock that doesn't move and ids that repeat, for reproducible tests."""

from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from threading import Lock

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.ids import uuid7
from anninh_core.ports.clock import Clock


class FixedClock:
    """A clock that moves only by `advance` and `set`. Safe to use from several threads.

    Args:
        at: first moment, aware; `now` returns it in UTC.

    Raises:
        BadInput: a time has no zone, here and in `set`.
    """

    def __init__(self, at: datetime) -> None:
        self._lock = Lock()
        self._now = _to_utc(at)

    def now(self) -> datetime:
        """Return the clock's current moment, in UTC."""
        with self._lock:
            return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move the clock by a time span, backwards if it is negative, and return the new moment."""
        with self._lock:
            self._now += by
            return self._now

    def set(self, at: datetime) -> None:
        """Move the clock to a moment."""
        moment = _to_utc(at)
        with self._lock:
            self._now = moment


def _to_utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise BadInput("{time} has no time zone: add one, as in 2021-09-18T08:00+07:00.", time=moment)
    return moment.astimezone(UTC)


class SeededIds:
    """Makes UUIDv7 ids from a clock and a seed: the same run makes the same ids, and later ones sort after earlier
    ones.

    Two makers with the same seed make the same ids; give each process of a test a seed of its own.
    """

    def __init__(self, clock: Clock, seed: int = 0) -> None:
        self._clock = clock
        self._random = Random(seed)
        self._counter = count()

    def new(self) -> str:
        """Return the next id of the reproducible sequence."""
        # A counter before the random bits keeps the order while the clock doesn't move: 12 bits of it come before the
        # UUID's variant, 18 after.
        number = next(self._counter) & 0x3FFF_FFFF
        bits = (number >> 18) << 64 | (number & 0x3_FFFF) << 44 | self._random.getrandbits(44)
        return uuid7(int(self._clock.now().timestamp() * 1000), bits.to_bytes(10, "big"))
