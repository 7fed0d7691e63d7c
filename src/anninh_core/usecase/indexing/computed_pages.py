"""Pages of a list that no order of the storage has: it is computed anew for each page, and goes on behind a place."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.read_session import BACK, Listing

T = TypeVar("T")
_SEPARATOR = "/"


def place_in_time(at: datetime, id: str) -> str:
    """Return the place of something in a list by time: places sort as their moments do, at the same moment by id."""
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')}{_SEPARATOR}{id}"


def place_as_of(asked: datetime, place: str) -> str:
    """Return a place in a list whose order depends on the moment: it begins with when the first page was asked for."""
    return f"{asked.astimezone(UTC).isoformat(timespec='microseconds')}{_SEPARATOR}{place}"


def asked_first(after: str, now: datetime) -> datetime:
    """Return when the first page of a list of `place_as_of` was asked for: `now` where this is the first one.

    By that moment the order of all its pages is computed, so that what runs out between two pages isn't lost between
    them.

    Raises:
        BadInput: a cursor that no page gave.
    """
    return _moment_of(after) if after else now


def page_of(placed: Iterable[tuple[str, T]], *, after: str, limit: int) -> Listing[T]:
    """Return a page of things in the order of their places.

    Args:
        placed: all of them, each behind its place, see `place_in_time`.
        after: the page before's cursor.

    Raises:
        BadInput: a cursor that no page gave, or a limit below 1.
    """
    if limit < 1:
        raise BadInput("A page can't have {count} items: ask for 1 or more.", count=limit)
    if after:
        _moment_of(after)
    everything = sorted(placed, key=lambda pair: pair[0])
    places = [place for place, _ in everything]
    if after.startswith(BACK):
        end = bisect_left(places, after.removeprefix(BACK))
        begin = max(0, end - limit)
    else:
        begin = bisect_right(places, after)
        end = min(begin + limit, len(places))
    return Listing(
        tuple(thing for _, thing in everything[begin:end]),
        places[end - 1] if begin < end < len(places) else "",
        f"{BACK}{places[begin]}" if 0 < begin < end else "",
        lambda most: min(most, len(places)),
    )


def _moment_of(after: str) -> datetime:
    """Return the moment with which a cursor begins."""
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
