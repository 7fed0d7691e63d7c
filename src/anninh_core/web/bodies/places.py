"""Places for large bodies: a bound on the memory of all of them together."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from anninh_core.web.error_responses import refusal_by_status

SMALL_BODY = 8192
"""Bytes of a body that need no place: nearly every event is smaller."""

_TURN_SECONDS = 1.0
"""How long a body keeps its place for sure while it arrives, though others want it."""


class BodyPlace:
    """The place of one body, which it takes when it grows large.

    Attributes:
        is_lost: whether another body was given the place.
    """

    def __init__(self, places: "BodyPlaces") -> None:
        self._places = places
        self._on_loss: Callable[[], None] = lambda: None
        self.is_lost = False

    def when_lost(self, act: Callable[[], None]) -> None:
        """Say what ends the reading of the body where the place is lost."""
        self._on_loss = act

    def require(self, size: int) -> None:
        """See to it that there may be so many bytes of the body.

        Raises:
            HTTPException: 503, there is no place.
        """
        if size > SMALL_BODY:
            self._places.take(self)

    def complete(self) -> None:
        """Say that the whole body is there.

        Raises:
            HTTPException: 503, the place was lost just before.
        """
        if self.is_lost:
            raise refusal_by_status(503)
        self._places.complete(self)

    def lose(self) -> None:
        """Hear that another body has the place now."""
        self.is_lost = True
        self._on_loss()


class BodyPlaces:
    """Places for bodies over `SMALL_BODY`, from their first bytes until they are answered.

    Where none is free, the body that has been arriving longest loses its own, and if none has had its turn, whoever
    asks is sent away: a place is never waited for.

    Args:
        now: seconds of a clock that is never set.
    """

    def __init__(self, count: int, now: Callable[[], float] = time.monotonic) -> None:
        self._count = count
        self._now = now
        self._arriving: dict[BodyPlace, float] = {}
        self._complete: set[BodyPlace] = set()

    @property
    def free(self) -> int:
        """How many are free."""
        return self._count - len(self._arriving) - len(self._complete)

    @contextmanager
    def enter(self) -> Iterator[BodyPlace]:
        """Look after one body inside a `with`; its place is free again afterwards."""
        place = BodyPlace(self)
        try:
            yield place
        finally:
            self._release(place)

    def take(self, place: BodyPlace) -> None:
        """Take a place; taken already, it is kept.

        Raises:
            HTTPException: 503, there is none.
        """
        if place in self._arriving:
            return
        if self.free <= 0:
            self._free_oldest()
        self._arriving[place] = self._now()

    def complete(self, place: BodyPlace) -> None:
        """Keep a place that is taken, to the end."""
        if self._arriving.pop(place, None) is not None:
            self._complete.add(place)

    def _release(self, place: BodyPlace) -> None:
        self._arriving.pop(place, None)
        self._complete.discard(place)

    def _free_oldest(self) -> None:
        oldest = next(iter(self._arriving), None)
        if oldest is None or self._now() - self._arriving[oldest] < _TURN_SECONDS:
            raise refusal_by_status(503)
        self._release(oldest)
        oldest.lose()


class FilePlaces:
    """Places for files that people send, from their first bytes until they are read.

    Who has none is refused: a file that was let in keeps its place while it comes fast enough (`iter_body`).

    Args:
        each: how many of them one person has at most, so that one sign-in can't take all.
    """

    def __init__(self, count: int, each: int) -> None:
        self._count = count
        self._each = each
        self._taken = Counter[str]()

    @contextmanager
    def enter(self, person: str) -> Iterator[None]:
        """Hold a place inside a `with`.

        Raises:
            HTTPException: 503, there is none for this person.
        """
        if self._taken.total() >= self._count or self._taken[person] >= self._each:
            raise refusal_by_status(503)
        self._taken[person] += 1
        try:
            yield
        finally:
            self._taken[person] -= 1
            if not self._taken[person]:
                del self._taken[person]
