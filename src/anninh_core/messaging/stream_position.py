"""The stored position of a periodic job, shared by all workers."""

import logging
from collections.abc import Callable
from datetime import date
from typing import Self, TypeVar

from attrs import define

from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.ports.storages.storage import States

T = TypeVar("T")
_log = logging.getLogger(__name__)


@define
class StreamPosition:
    """The position of a periodic job as it was read. If several workers advance it, only one of them succeeds.

    Positions aren't encrypted. A job ignores one that was altered, and overwrites it.
    """

    value: str
    _version: int
    _states: States
    _owner: str
    _name: str

    @classmethod
    def read(cls, states: States, owner: str, name: str) -> Self:
        """Return the stored position of a job, with "" as value if there is none yet."""
        stored = states.get(owner, name)
        value, version = ("", 0) if stored is None else (stored.body.decode(errors="replace"), stored.version)
        return cls(value, version, states, owner, name)

    def parse(self, parser: Callable[[str], T]) -> T | None:
        """Return the position's value parsed by `parser`, or None if there is none yet or it was altered."""
        try:
            return parser(self.value) if self.value else None
        except (ValueError, *DECODE_ERRORS):
            _log.error("the position %s of %s is damaged: %r", self._name, self._owner, self.value)
            return None

    def store_next(self, value: str) -> bool:
        """Store the job's next position. Return False if another worker has advanced the position in the meantime."""
        if not self._states.put(self._owner, self._name, value.encode(), self._version):
            return False
        self.value, self._version = value, self._version + 1
        return True

    def find_position_on(self, day: date) -> str | None:
        """Return the position after which a day's pass continues, "" for the beginning, or None if the day's pass is
        complete.

        An interrupted pass continues the next day.
        """
        last_day, _, position = self.value.partition(" ")
        return None if last_day == day.isoformat() and not position else position

    def store_next_of_day(self, day: date, position: str) -> bool:
        """Store the position that a day's pass has reached, "" for its end; return False as in `move`."""
        return self.store_next(f"{day.isoformat()} {position}")
