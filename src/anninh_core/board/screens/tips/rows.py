"""The rows of a list of tips, with all that stands in them as words: a template takes five times as long for that."""

from collections.abc import Collection, Iterable
from typing import Any

from attrs import frozen

from anninh_core.board.pages.request import PageRequest


@frozen(kw_only=True)
class TipLine:
    """A tip in a list.

    Attributes:
        limit: class of how the limit stands that is owed first, "" where none is; `left` is the time left to it.
        is_new: whether something in it wasn't seen yet.
        is_emergency, looks_first: whether it is marked as one, or as to be looked at first.
        received_at, clock: when it came in, for programs and for people.
    """

    limit: str
    left: str
    is_new: bool
    is_emergency: bool
    looks_first: bool
    url: str
    category: str
    unit: str
    receipt: str
    received_at: str
    clock: str
    state: str
    handlers: str


def tip_rows(page: PageRequest, tips: Iterable[Any], unread: Collection[str] = ()) -> list[TipLine]:
    """Return the rows of some tips.

    Args:
        page: on which they stand.
        tips: their views.
        unread: ids of those in which something wasn't seen yet.
    """
    return [_row(page, tip, is_new=tip.id in unread) for tip in tips]


def _row(page: PageRequest, tip: Any, *, is_new: bool) -> TipLine:
    words, formats, names = page.words, page.formats, page.names
    owed = formats.most_pressing(tip.deadlines) if tip.is_open else None
    return TipLine(
        limit="" if owed is None else owed.state.value,
        left="" if owed is None else formats.left(owed.seconds_left),
        is_new=is_new,
        is_emergency=tip.emergency,
        looks_first=tip.look_first and tip.is_open,
        url=page.url(f"/tips/{tip.id}"),
        category=names.category(tip.category) or words["no_category"],
        unit=names.unit(tip.handling_unit or tip.unit),
        receipt=tip.receipt,
        received_at=formats.iso(tip.received_at),
        clock=formats.clock(tip.received_at),
        state=words.label(tip.state),
        handlers=", ".join(map(names.officer, tip.handlers)) or words["nobody"],
    )
