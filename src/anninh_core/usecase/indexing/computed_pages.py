"""Pages of a list that no order of the storage has: it is computed anew for each page, and goes on behind a place."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.read_session import Listing

T = TypeVar("T")
_SEPARATOR = "/"


def place_in_time(at: datetime, id: str) -> str:
    """Return the place of something in a list by time: places sort as their moments do, at the same moment by id."""
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')}{_SEPARATOR}{id}"


def page_of(placed: Iterable[tuple[str, T]], *, after: str, limit: int) -> Listing[T]:
    """Return a page of things in the order of their places.

    Args:
        placed: all of them, each behind its place, see `place_in_time`.
        after: the page before's cursor.
        limit: at most so many.

    Raises:
        BadInput: a cursor that no page gave, or a limit below 1.
    """
    if limit < 1:
        raise BadInput(f"a page of {limit} records is no page; ask for 1 or more")
    _check_cursor(after)
    rest = sorted((pair for pair in placed if pair[0] > after), key=lambda pair: pair[0])
    shown = rest[:limit]
    return Listing(tuple(thing for _, thing in shown), shown[-1][0] if len(rest) > limit else "")


def _check_cursor(after: str) -> None:
    moment, separator, _ = after.partition(_SEPARATOR)
    try:
        is_place = not after or bool(separator and datetime.fromisoformat(moment).tzinfo)
    except ValueError:
        is_place = False
    if not is_place:
        raise BadInput(f"{after!r} is no cursor; take the one of the page before, or leave it out for the first page")
