"""Sources of waiting tips, for their handlers, for any officer of the unit, and for the unit's superior."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from attrs import evolve

from anninh_core.domain.services import Services
from anninh_core.domain.tips.deadline_reasons import compute_clock_state, list_owed_clocks
from anninh_core.domain.tips.deadlines import find_rule, warn_at
from anninh_core.domain.tips.handling.subcase import Subcase
from anninh_core.domain.tips.lists.filters import TipFilter, has_overdue_clock
from anninh_core.domain.tips.lists.finding import find_visible_tips
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import OPEN_STATES, UNANSWERED_STATES, DeadlineState, TipState
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.preconditions.steps import is_permitted_on
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.work_queue.items import WorkItem, WorkReason
from anninh_core.workflows.work_queue.work_source import WorkSource

P = Permission
R = WorkReason
S = TipState
Where = Mapping[str, Scalar | tuple[Scalar, ...]]
_RUNNING = (DeadlineState.RUNNING, DeadlineState.WARN, DeadlineState.OVERDUE)
_AT_WORK = tuple(sorted((OPEN_STATES | UNANSWERED_STATES) - {S.WAITING}))
_OPEN = {"type": ("open", "waiting")}
_PAGE = 200
_PAGES = 10


def list_tip_sources(services: Services) -> tuple[WorkSource[Any], ...]:
    """Return the sources of waiting tips."""
    at_work = partial(_find_own_tips, _AT_WORK)
    waiting = partial(_find_own_tips, (S.WAITING.value,))
    show_own = partial(show_tip, mine=True)
    parts = partial(_find_subcases, services)
    return (
        WorkSource(R.TIP_MINE, "tips.list", P.TIP_READ, at_work, show_own),
        WorkSource(R.TIP_WAITING, "tips.list", P.TIP_READ, waiting, show_own),
        WorkSource(R.TIP_NEW, "tips.list", P.TIP_HANDLE, _find_new_tips, show_tip),
        WorkSource(R.TIP_OBJECTION, "tips.list", P.TIP_SUPERVISE, _find_objections, show_tip),
        WorkSource(R.TIP_LOCKED, "tips.list", P.TIP_SUPERVISE, _find_locked_tips, _show_locked_tip),
        WorkSource(R.TIP_OVERDUE, "tips.overdue", P.TIP_SUPERVISE, _find_overdue_tips, show_tip),
        WorkSource(R.SUBCASE_ASKED, "tips.subcases.list", P.TIP_HANDLE, parts, _show_subcase),
    )


def _find_own_tips(states: tuple[str, ...], session: ReadSession, limit: int) -> Iterable[Tip]:
    """Yield the tips that are assigned to the actor, and those that the actor has claimed."""
    claimed = TipFilter(claimed_by=session.actor.id)
    for name, tip_filter in (("handler", TipFilter()), ("claimant", claimed)):
        criteria: Where = {name: session.actor.id, "state": states}
        for tip in find_visible_tips(session, "", criteria, tip_filter, limit=limit).items:
            if name == "handler" or session.actor.id not in tip.handlers:
                yield tip


def _find_new_tips(session: ReadSession, limit: int) -> Iterable[Tip]:
    """Yield the tips without a handler and a claim, earliest deadline first; tips with an undecided lock are left
    out.
    """
    for tip in _iter_visible_tips(session, _OPEN, "due", limit):
        is_taken = bool(tip.handlers) or tip.find_running_claim(session.at) is not None
        awaits_decision = tip.lock is not None and tip.lock.is_undecided
        if not (is_taken or awaits_decision) and is_permitted_on(session, P.TIP_HANDLE, tip.unit, tip.handling_unit):
            yield tip


def _find_objections(session: ReadSession, limit: int) -> Iterable[Tip]:
    criteria: Where = {"state": S.REOPEN_REQUESTED.value}
    for tip in find_visible_tips(session, "", criteria, limit=limit).items:
        if not tip.settlements or tip.settlements[-1].by != session.actor.id:
            yield tip


def _find_locked_tips(session: ReadSession, limit: int) -> Iterable[Tip]:
    for tip in _iter_visible_tips(session, _OPEN, "newest", limit):
        if tip.lock is not None and tip.lock.is_undecided and is_permitted_on(session, P.TIP_SUPERVISE, tip.unit):
            yield tip


def _find_overdue_tips(session: ReadSession, limit: int) -> Iterable[Tip]:
    for tip in _iter_visible_tips(session, _OPEN, "due", limit):
        if tip.next_due is not None and tip.next_due > session.at:
            return  # The tips are ordered by deadline, so that none of the following ones is overdue.
        if has_overdue_clock(session.context.district, tip, session.at):
            yield tip


def _find_subcases(services: Services, session: ReadSession, limit: int) -> Iterable[Subcase]:
    parts: Listing[Subcase] = session.include(services.tips.subcases.list_subcases, limit=limit)
    return (part for part in parts.items if is_permitted_on(session, P.TIP_HANDLE, part.unit))


def _iter_visible_tips(session: ReadSession, criteria: Where, order: str, limit: int) -> Iterator[Tip]:
    """Yield the tips that the actor may see, from at most `_PAGES` pages; the caller filters them."""
    after = ""
    for _ in range(_PAGES):
        page = find_visible_tips(session, "", criteria, order=order, after=after, limit=max(limit, _PAGE))
        yield from page.items
        if not (after := page.cursor):
            return


def show_tip(session: ReadSession, reason: WorkReason, tip: Tip, *, mine: bool = False) -> WorkItem:
    """Return a tip as an item of work, with the earliest running deadline of the work that is owed."""
    district = session.context.district
    at = session.at
    running = [
        clock for clock in list_owed_clocks(district, tip) if compute_clock_state(district, clock, at) in _RUNNING
    ]
    first = min(running, key=lambda clock: clock.due, default=None)
    return WorkItem(
        reason=reason,
        kind="tip",
        id=tip.id,
        number=tip.receipt,
        title=tip.text,
        state=tip.state.value,
        unit=tip.unit,
        since=tip.received_at,
        due=first.due if first else None,
        is_near=first is not None and at >= warn_at(find_rule(district, first.rule), first),
        emergency=tip.emergency and tip.is_open,
        mine=mine,
        record=tip,
    )


def _show_locked_tip(session: ReadSession, reason: WorkReason, tip: Tip) -> WorkItem:
    """Return a tip with an undecided lock as an item of work, with the deadline of that decision."""
    item = show_tip(session, reason, tip)
    if tip.lock is None:
        return item
    allowed = session.context.district.duty.lock
    is_near = session.at >= tip.lock.decide_by - allowed / 4
    return evolve(item, due=tip.lock.decide_by, is_near=is_near)


def _show_subcase(session: ReadSession, reason: WorkReason, part: Subcase) -> WorkItem:
    return WorkItem(
        reason=reason,
        kind="subcase",
        id=part.id,
        number=part.receipt,
        title=part.asked,
        state=part.state.value,
        unit=part.unit,
        since=part.asked_at,
        mine=session.actor.id in part.officers,
        record=part,
    )
