"""Pages of a list that is merged from several lists: each is read only as far as needed, from the end of the previous
page.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from itertools import islice
from json import dumps, loads
from typing import Generic, TypeVar

from attrs import field, frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import quote_text
from anninh_core.usecase.read_session import Listing

T = TypeVar("T")


@frozen
class Placed(Generic[T]):
    """An item at its position in a list.

    Attributes:
        place: sort key for merging the lists; unique over all lists.
        group: start position in its own list: items of one group follow each other, ordered by `place`.
        open: returns the item; called only for items on the page.
    """

    place: str
    group: str
    open: Callable[[], T] = field(eq=False)


Source = Callable[[str], Iterator[Placed[T]]]
"""A function that yields a list in its order, beginning with the first item of a group, or with the first item for
"".
"""


@frozen
class _Position:
    """The last item of a source that was on a page; ("", "") if no item was."""

    group: str = ""
    place: str = ""


def merge_page(sources: Sequence[Source[T]], *, after: str, limit: int) -> Listing[T]:
    """Return a page of a list that is merged from `sources`; each source is read only as far as the page needs.

    Args:
        after: cursor of the previous page.

    Raises:
        BadInput: a cursor of another list, or a limit below 1.
    """
    if limit < 1:
        raise BadInput("A page can't have {count} items: ask for 1 or more.", count=limit)
    positions = _decode_cursor(after, len(sources))
    rests = (_iter_after(number, source, positions[number]) for number, source in enumerate(sources))
    merged = merge(*rests, key=lambda pair: pair[1].place)
    page = list(islice(merged, limit))
    for number, placed in page:
        positions[number] = _Position(placed.group, placed.place)
    has_more = next(merged, None) is not None
    return Listing(tuple(placed.open() for _, placed in page), _encode_cursor(positions) if has_more else "")


def _iter_after(number: int, source: Source[T], position: _Position) -> Iterator[tuple[int, Placed[T]]]:
    """Yield the items of a source that follow a position, each with the number of the source."""
    for placed in source(position.group):
        if placed.group != position.group or placed.place > position.place:
            yield number, placed


def _encode_cursor(positions: Sequence[_Position]) -> str:
    content = dumps([[position.group, position.place] for position in positions], separators=(",", ":"))
    return urlsafe_b64encode(content.encode()).decode().rstrip("=")


def _decode_cursor(cursor: str, count: int) -> list[_Position]:
    if not cursor:
        return [_Position()] * count
    try:
        positions = [_Position(str(group), str(place)) for group, place in loads(urlsafe_b64decode(cursor + "==="))]
    except (ValueError, TypeError, RecursionError):
        positions = []
    if len(positions) != count:
        raise BadInput(
            "{cursor} isn't a cursor of this list: use the one from the page before, or leave it out.",
            cursor=quote_text(cursor),
        )
    return positions
