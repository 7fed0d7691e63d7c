"""The position of a periodic job, shared by all workers."""

from datetime import date
from typing import Self

from attrs import define

from anninh_core.ports.storages.storage import States


@define
class StreamPosition:
    """A stored position as it was read. If several workers advance it, one of them succeeds."""

    value: str
    _version: int
    _states: States
    _owner: str
    _name: str

    @classmethod
    def read(cls, states: States, owner: str, name: str) -> Self:
        """Return the word as it stands; "" where there is none yet."""
        stored = states.get(owner, name)
        value, version = ("", 0) if stored is None else (stored.body.decode(), stored.version)
        return cls(value, version, states, owner, name)

    def move(self, word: str) -> bool:
        """Write the next word. False if another worker has advanced it meanwhile."""
        if not self._states.put(self._owner, self._name, word.encode(), self._version):
            return False
        self.value, self._version = word, self._version + 1
        return True

    def position_on(self, day: date) -> str | None:
        """Return after which place a day's walk goes on, "" for the beginning; None once it is over for the day.

        An interrupted run continues the next day.
        """
        last_day, _, position = self.value.partition(" ")
        return None if last_day == day.isoformat() and not position else position

    def move_to(self, day: date, place: str) -> bool:
        """Write the place that a day's walk has come to, "" for its end; False as in `move`."""
        return self.move(f"{day.isoformat()} {place}")
