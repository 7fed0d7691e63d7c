"""Pages of a list in an order that the storage doesn't have: the list is recomputed for each page, and a cursor marks
where the page begins.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.read_session import BACK, Listing

T = TypeVar("T")
_SEPARATOR = "/"


def build_time_key(at: datetime, id: str) -> str:
    """Return the sort key of an item in a list by time: first `at`, then `id`."""
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')}{_SEPARATOR}{id}"


def build_as_of_key(requested_at: datetime, place: str) -> str:
    """Return the sort key of an item in a list whose order depends on the time; it begins with the time of the first
    page's request.
    """
    return f"{requested_at.astimezone(UTC).isoformat(timespec='microseconds')}{_SEPARATOR}{place}"


def get_first_page_time(after: str, now: datetime) -> datetime:
    """Return when the first page of a list sorted by `build_as_of_key` was requested; `now` if this is the first page.

    All pages are ordered as of that time, so that an item that expires between two pages isn't lost.

    Raises:
        BadInput: `after` isn't a cursor of this list.
    """
    return _parse_cursor_time(after) if after else now


def cut_sorted_page(placed: Iterable[tuple[str, T]], *, after: str, limit: int) -> Listing[T]:
    """Return a page of items in the order of their sort keys.

    Args:
        placed: all items, each after its sort key, see `build_time_key`.
        after: cursor of the previous page.

    Raises:
        BadInput: a cursor of another list, or a limit below 1.
    """
    if limit < 1:
        raise BadInput("A page can't have {count} items: ask for 1 or more.", count=limit)
    if after:
        _parse_cursor_time(after)
    ordered = sorted(placed, key=lambda pair: pair[0])
    places = [place for place, _ in ordered]
    if after.startswith(BACK):
        end = bisect_left(places, after.removeprefix(BACK))
        begin = max(0, end - limit)
    else:
        begin = bisect_right(places, after)
        end = min(begin + limit, len(places))
    return Listing(
        tuple(item for _, item in ordered[begin:end]),
        places[end - 1] if begin < end < len(places) else "",
        f"{BACK}{places[begin]}" if 0 < begin < end else "",
        lambda most: min(most, len(places)),
    )


def _parse_cursor_time(after: str) -> datetime:
    """Return the time at the beginning of a cursor."""
    moment, separator, _ = after.removeprefix(BACK).partition(_SEPARATOR)
    refusal = BadInput(
        "{cursor!r} isn't a cursor of this list: use the one from the page before, or leave it out.", cursor=after
    )
    try:
        at = datetime.fromisoformat(moment)
        in_utc = at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise refusal from error
    if not separator or at.tzinfo is None:
        raise refusal
    return in_utc
