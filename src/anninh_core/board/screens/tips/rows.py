"""The rows of a list of tips, with all texts made in Python, because a template takes five times as long."""

from collections.abc import Collection, Iterable
from typing import Any

from attrs import frozen

from anninh_core.board.pages.request import PageRequest


@frozen(kw_only=True)
class TipLine:
    """A tip in a list.

    Attributes:
        limit: CSS class of the state of the first deadline owed, "" without one; `left` is the time left.
        is_new: whether the tip has something unread.
        lock: that the tip is withheld from the units that it accuses, and until when that must be decided; ""
            otherwise.
        is_emergency, looks_first: whether the tip is marked as an emergency, or as to be read first.
        unit: unit that received the tip, and the handling unit if it is another.
        received_at, clock, ago: when the tip came in, for programs and for people.
        legal_kind: legal kind of the tip, "" if not determined yet.
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


def build_tip_rows(page: PageRequest, tips: Iterable[Any], unread: Collection[str] = ()) -> list[TipLine]:
    """Return the rows of tips.

    Args:
        tips: their views.
        unread: ids of the tips with something unread.
    """
    return [_build_row(page, tip, is_new=tip.id in unread) for tip in tips]


def _build_row(page: PageRequest, tip: Any, *, is_new: bool) -> TipLine:
    words = page.words
    formats = page.formats
    names = page.names
    deadline = formats.most_pressing(tip.deadlines) if tip.is_open else None
    return TipLine(
        limit="" if deadline is None else deadline.state.value,
        left="" if deadline is None else formats.left(deadline.seconds_left),
        is_new=is_new,
        lock=_describe_lock(page, tip),
        is_emergency=tip.emergency,
        looks_first=tip.look_first and tip.is_open,
        url=page.url(f"/tips/{tip.id}"),
        category=names.category(tip.category) or words("No category yet"),
        unit=_name_units(page, tip),
        receipt=tip.receipt,
        received_at=formats.iso(tip.received_at),
        clock=formats.clock(tip.received_at),
        ago=formats.ago(tip.received_at),
        legal_kind=names.word(f"legal_kind.{tip.legal_kind}") if tip.legal_kind else "",
        origin=names.word(f"register.origin.{tip.origin}"),
        state=page.label(tip.state),
        handlers=describe_handlers(page, tip),
    )


def _describe_lock(page: PageRequest, tip: Any) -> str:
    if tip.lock is None or not tip.lock.is_active:
        return ""
    if not tip.lock.is_undecided:
        return page.words("Locked")
    return page.words("Locked, to be confirmed by {at}", at=page.formats.moment(tip.lock.decide_by))


def describe_handlers(page: PageRequest, tip: Any) -> str:
    """Return the officers who work on a tip: the assigned officers, and the officer with a claim and the claim's end;
    or that no officer does.
    """
    names = [page.names.officer(id) for id in tip.handlers]
    claim = tip.claim
    if claim is not None and tip.is_open and claim.until > page.now and claim.by not in tip.handlers:
        until = page.formats.clock(claim.until)
        names.append(page.words("{name} (claimed until {until})", name=page.names.officer(claim.by), until=until))
    return ", ".join(names) or page.words("not assigned yet")


def iter_officer_ids(tips: Iterable[Any]) -> Iterable[str]:
    """Yield the ids of the officers whose names the rows of tips show."""
    for tip in tips:
        yield from tip.handlers
        if tip.claim is not None:
            yield tip.claim.by


def _name_units(page: PageRequest, tip: Any) -> str:
    received = page.names.unit(tip.unit)
    handles = tip.handling_unit
    if not handles or handles == tip.unit:
        return received
    return page.words("{received} → {handles}", received=received, handles=page.names.unit(handles))
