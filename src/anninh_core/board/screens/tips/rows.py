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
        lock: that it is kept from the units that it accuses, and until when a person decides about that; "" otherwise.
        is_emergency, looks_first: whether it is marked as one, or as to be looked at first.
        unit: which received it, and which handles it where that is another.
        received_at, clock, ago: when it came in, for programs and for people.
        legal_kind: what it is before the law, "" while nobody said so.
    """

    limit: str
    left: str
    is_new: bool
    lock: str
    is_emergency: bool
    looks_first: bool
    url: str
    category: str
    unit: str
    receipt: str
    received_at: str
    clock: str
    ago: str
    legal_kind: str
    origin: str
    state: str
    handlers: str


def tip_rows(page: PageRequest, tips: Iterable[Any], unread: Collection[str] = ()) -> list[TipLine]:
    """Return the rows of some tips.

    Args:
        tips: their views.
        unread: ids of those in which something wasn't seen yet.
    """
    return [_row(page, tip, is_new=tip.id in unread) for tip in tips]


def _row(page: PageRequest, tip: Any, *, is_new: bool) -> TipLine:
    words = page.words
    formats = page.formats
    names = page.names
    owed = formats.most_pressing(tip.deadlines) if tip.is_open else None
    return TipLine(
        limit="" if owed is None else owed.state.value,
        left="" if owed is None else formats.left(owed.seconds_left),
        is_new=is_new,
        lock=_say_lock(page, tip),
        is_emergency=tip.emergency,
        looks_first=tip.look_first and tip.is_open,
        url=page.url(f"/tips/{tip.id}"),
        category=names.category(tip.category) or words("No category yet"),
        unit=_units(page, tip),
        receipt=tip.receipt,
        received_at=formats.iso(tip.received_at),
        clock=formats.clock(tip.received_at),
        ago=formats.ago(tip.received_at),
        legal_kind=names.word(f"legal_kind.{tip.legal_kind}") if tip.legal_kind else "",
        origin=names.word(f"register.origin.{tip.origin}"),
        state=page.label(tip.state),
        handlers=say_handlers(page, tip),
    )


def _say_lock(page: PageRequest, tip: Any) -> str:
    if tip.lock is None or not tip.lock.is_active:
        return ""
    if not tip.lock.is_undecided:
        return page.words("Locked")
    return page.words("Locked, to be confirmed by {at}", at=page.formats.moment(tip.lock.decide_by))


def say_handlers(page: PageRequest, tip: Any) -> str:
    """Return who works on a tip: to whom it is assigned, and who has claimed it until when; or that nobody does."""
    names = [page.names.officer(id) for id in tip.handlers]
    claim = tip.claim
    if claim is not None and tip.is_open and claim.until > page.now and claim.by not in tip.handlers:
        until = page.formats.clock(claim.until)
        names.append(page.words("{name} (claimed until {until})", name=page.names.officer(claim.by), until=until))
    return ", ".join(names) or page.words("not assigned yet")


def people_of(tips: Iterable[Any]) -> Iterable[str]:
    """Yield the ids of the officers whose names the rows of some tips show."""
    for tip in tips:
        yield from tip.handlers
        if tip.claim is not None:
            yield tip.claim.by


def _units(page: PageRequest, tip: Any) -> str:
    received = page.names.unit(tip.unit)
    handles = tip.handling_unit
    if not handles or handles == tip.unit:
        return received
    return page.words("{received} → {handles}", received=received, handles=page.names.unit(handles))
