"""Places in memory for large request bodies: their number limits the memory that all bodies take together."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from anninh_core.web.error_responses import build_refusal_by_status

SMALL_BODY = 8192
"""Largest request body in bytes that needs no place in memory: nearly every event is smaller."""

_TURN_SECONDS = 1.0
"""Seconds in which an arriving request body can't lose its place in memory to others."""


class BodyPlace:
    """The place in memory for one request body, taken when the body grows large.

    Attributes:
        is_lost: whether another body was given the place.
    """

    def __init__(self, places: "BodyPlaces") -> None:
        self._places = places
        self._on_loss: Callable[[], None] = lambda: None
        self.is_lost = False

    def set_loss_handler(self, act: Callable[[], None]) -> None:
        """Set the function that ends the reading of a request body if its place in memory is lost."""
        self._on_loss = act

    def take_if_large(self, size: int) -> None:
        """Take a place in memory for the request body if its `size` in bytes needs one.

        Raises:
            HTTPException: 503, no place is free.
        """
        if size > SMALL_BODY:
            self._places.take(self)

    def complete(self) -> None:
        """Mark the request body as completely received, so that it keeps its place in memory.

        Raises:
            HTTPException: 503, the place was lost just before.
        """
        if self.is_lost:
            raise build_refusal_by_status(503)
        self._places.complete(self)

    def mark_lost(self) -> None:
        """Mark the place in memory as lost to another request body, and end the reading of this body."""
        self.is_lost = True
        self._on_loss()


class BodyPlaces:
    """The limited number of places in memory for request bodies over `SMALL_BODY`; a body has its place from its first
    bytes until it is answered.

    If none is free, the body that has been arriving longest loses its place, unless it arrives for less than
    `_TURN_SECONDS`; then the new body is refused: a body never waits for a place.

    Args:
        now: seconds of a monotonic clock.
    """

    def __init__(self, count: int, now: Callable[[], float] = time.monotonic) -> None:
        self._count = count
        self._now = now
        self._arriving: dict[BodyPlace, float] = {}
        self._complete: set[BodyPlace] = set()

    @property
    def free(self) -> int:
        """Number of places in memory that no request body has."""
        return self._count - len(self._arriving) - len(self._complete)

    @contextmanager
    def enter(self) -> Iterator[BodyPlace]:
        """Yield the place of one request body inside a `with`, and free it afterwards."""
        place = BodyPlace(self)
        try:
            yield place
        finally:
            self._release(place)

    def take(self, place: BodyPlace) -> None:
        """Take a place in memory for a request body, unless `place` has one already.

        Raises:
            HTTPException: 503, no place is free.
        """
        if place in self._arriving:
            return
        if self.free <= 0:
            self._free_oldest()
        self._arriving[place] = self._now()

    def complete(self, place: BodyPlace) -> None:
        """Mark the request body of a place as complete, so that it keeps the place to the end."""
        if self._arriving.pop(place, None) is not None:
            self._complete.add(place)

    def _release(self, place: BodyPlace) -> None:
        self._arriving.pop(place, None)
        self._complete.discard(place)

    def _free_oldest(self) -> None:
        oldest = next(iter(self._arriving), None)
        if oldest is None or self._now() - self._arriving[oldest] < _TURN_SECONDS:
            raise build_refusal_by_status(503)
        self._release(oldest)
        oldest.mark_lost()


class FilePlaces:
    """A limited number of places for files that people upload, each taken from the file's first bytes until it is read.

    A file without a place is refused; an admitted file keeps its place while it arrives fast enough (`iter_body`).

    Args:
        each: limit of places per person, so that one session can't take all.
    """

    def __init__(self, count: int, each: int) -> None:
        self._count = count
        self._each = each
        self._taken = Counter[str]()

    @contextmanager
    def enter(self, person: str) -> Iterator[None]:
        """Take a place for a file of the person `person` inside a `with`, and free it afterwards.

        Raises:
            HTTPException: 503, there is no place for this person.
        """
        if self._taken.total() >= self._count or self._taken[person] >= self._each:
            raise build_refusal_by_status(503)
        self._taken[person] += 1
        try:
            yield
        finally:
            self._taken[person] -= 1
            if not self._taken[person]:
                del self._taken[person]
