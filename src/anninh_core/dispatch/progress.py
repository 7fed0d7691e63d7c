"""How far something has come that the clock asks for: a word that all workers share."""

from datetime import date
from typing import Self

from attrs import define

from anninh_core.ports.storage import States


@define
class Progress:
    """A word in the storage, as it stood when it was read. Of several workers that move it on, one succeeds."""

    word: str
    _version: int
    _states: States
    _owner: str
    _name: str

    @classmethod
    def read(cls, states: States, owner: str, name: str) -> Self:
        """Return the word as it stands; "" where there is none yet."""
        stored = states.get(owner, name)
        word, version = ("", 0) if stored is None else (stored.body.decode(), stored.version)
        return cls(word, version, states, owner, name)

    def move(self, word: str) -> bool:
        """Write the next word. False if another worker has moved it on meanwhile: the turn is theirs."""
        if not self._states.put(self._owner, self._name, word.encode(), self._version):
            return False
        self.word, self._version = word, self._version + 1
        return True

    def place_on(self, day: date) -> str | None:
        """Return after which place a day's walk goes on, "" for the beginning; None once it is over for the day.

        A walk that was broken off goes on the next day.
        """
        walked, _, place = self.word.partition(" ")
        return None if walked == day.isoformat() and not place else place

    def move_to(self, day: date, place: str) -> bool:
        """Write the place that a day's walk has come to, "" for its end; False as in `move`."""
        return self.move(f"{day.isoformat()} {place}")
