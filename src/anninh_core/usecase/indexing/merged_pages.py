"""Pages of a list that is merged from several: each is read lazily, from where the page before ended."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from itertools import islice
from json import dumps, loads
from typing import Generic, TypeVar

from attrs import field, frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import quote
from anninh_core.usecase.read_session import Listing

T = TypeVar("T")


@frozen
class Placed(Generic[T]):
    """Something at its place in a list.

    Attributes:
        place: by this the lists are merged; no two things have the same.
        group: where its own list is found again: things of one group follow each other, in the order of their places.
        open: returns the thing itself; it is called for what is shown.
    """

    place: str
    group: str
    open: Callable[[], T] = field(eq=False)


Source = Callable[[str], Iterator[Placed[T]]]
"""Yields a list in its order, from the first thing of a group on; from the very first for ""."""


@frozen
class _Position:
    """What was shown last of a source; ("", "") where nothing was."""

    group: str = ""
    place: str = ""


def merge_page(sources: Sequence[Source[T]], *, after: str, limit: int) -> Listing[T]:
    """Return a page of several lists, read as far as the page goes.

    Args:
        after: the page before's cursor.

    Raises:
        BadInput: a cursor that no page gave, or a limit below 1.
    """
    if limit < 1:
        raise BadInput("A page can't have {count} items: ask for 1 or more.", count=limit)
    positions = _decode(after, len(sources))
    rests = (_rest(number, source, positions[number]) for number, source in enumerate(sources))
    merged = merge(*rests, key=lambda pair: pair[1].place)
    shown = list(islice(merged, limit))
    for number, placed in shown:
        positions[number] = _Position(placed.group, placed.place)
    has_more = next(merged, None) is not None
    return Listing(tuple(placed.open() for _, placed in shown), _encode(positions) if has_more else "")


def _rest(number: int, source: Source[T], position: _Position) -> Iterator[tuple[int, Placed[T]]]:
    """Yield what of a source wasn't shown yet, each with the number of the source."""
    for placed in source(position.group):
        if placed.group != position.group or placed.place > position.place:
            yield number, placed


def _encode(positions: Sequence[_Position]) -> str:
    content = dumps([[one.group, one.place] for one in positions], separators=(",", ":"))
    return urlsafe_b64encode(content.encode()).decode().rstrip("=")


def _decode(cursor: str, count: int) -> list[_Position]:
    if not cursor:
        return [_Position()] * count
    try:
        positions = [_Position(str(group), str(place)) for group, place in loads(urlsafe_b64decode(cursor + "==="))]
    except (ValueError, TypeError, RecursionError):
        positions = []
    if len(positions) != count:
        raise BadInput(
            "{cursor} isn't a cursor of this list: use the one from the page before, or leave it out.",
            cursor=quote(cursor),
        )
    return positions
