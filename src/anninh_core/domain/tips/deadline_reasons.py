"""Functions that explain, in sentences of the profile, why a clock ends when it does."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from anninh_core.domain.tips.deadlines import (
    Deadline,
    compute_granted_limit,
    find_open_suspension,
    find_rule,
    is_clock_owed,
    warn_at,
)
from anninh_core.domain.tips.states import DeadlineState, DecisionKind, TipState
from anninh_core.domain.tips.values import ClockDecision, Wait
from anninh_core.kernel.dates import local_date, short_date
from anninh_core.kernel.limits import find_last_day, parse_limit
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.rules import DeadlineRule


class HasClocks(Protocol):
    """The parts of a tip on which its clocks depend."""

    @property
    def state(self) -> TipState:
        """The state of the tip."""
        ...

    @property
    def clocks(self) -> Sequence[Deadline]:
        """The legal deadlines of the tip."""
        ...

    @property
    def decisions(self) -> Sequence[ClockDecision]:
        """Papers that changed or met the tip's deadlines."""
        ...

    @property
    def waits(self) -> Sequence[Wait]:
        """Periods of waiting for the reporter's answer to a question."""
        ...


def compute_clock_state(district: District, clock: Deadline, now: datetime) -> DeadlineState:
    """Return the state of a clock at a moment, warnings included."""
    return clock.state(now, warn_at(find_rule(district, clock.rule), clock))


def list_owed_clocks(district: District, tip: HasClocks) -> tuple[Deadline, ...]:
    """Return the clocks that require work: of a settled tip, only those that the settlement began."""
    return tuple(clock for clock in tip.clocks if is_clock_owed(find_rule(district, clock.rule), tip.state))


def explain_clock(district: District, tip: HasClocks, clock: Deadline) -> str:
    """Return why a clock ends, or is stopped, differently from its rule's plain limit; "" if nothing changed it.

    Returns "" as well for a rule that the profile no longer has.
    """
    rule = find_rule(district, clock.rule)
    return " ".join(_iter_sentences(district, tip, clock, rule)) if rule else ""


def _iter_sentences(district: District, tip: HasClocks, clock: Deadline, rule: DeadlineRule) -> Iterator[str]:
    due_day = short_date(find_last_day(clock.due))
    if rule.decision and (paper := _find_last_paper(tip, rule.decision)):
        yield _explain_decision(district, tip, rule, paper, due_day)
    if clock.suspended and (suspension := find_open_suspension(tip.decisions)):
        yield district.say("clock.suspended", **_get_paper_facts(suspension))
    elif clock.stopped_at is not None:
        yield district.say("clock.paused", day=short_date(local_date(clock.stopped_at)))
    elif rule.own and any(wait.end is not None and wait.start < clock.due for wait in tip.waits):
        yield district.say("clock.waited", due=due_day)
    if rule.met_by == "notice":
        yield from _explain_notice(district, tip)
    yield from _explain_count(district, clock, rule, due_day)


def _explain_decision(
    district: District, tip: HasClocks, rule: DeadlineRule, paper: ClockDecision, due_day: str
) -> str:
    """Return a sentence which says how a recorded decision changed a limit."""
    before = find_rule(district, rule.replaces[-1]) if rule.replaces else None
    return district.say(
        f"clock.{rule.decision}",
        old=_format_limit(district, before.limit) if before else "",
        new=_format_limit(district, compute_granted_limit(rule, district.deadlines, tip.decisions)),
        due=due_day,
        **_get_paper_facts(paper),
    )


def _explain_notice(district: District, tip: HasClocks) -> Iterator[str]:
    if paper := _find_last_paper(tip, DecisionKind.NOTICE):
        yield district.say("clock.notice", number=paper.number, day=short_date(paper.day))
    elif paper := _find_last_paper(tip, DecisionKind.IDENTITY_REFUSED):
        yield district.say("clock.identity_refused", day=short_date(paper.day))


def _explain_count(district: District, clock: Deadline, rule: DeadlineRule, due_day: str) -> Iterator[str]:
    """Yield sentences about the effects of days off on the count: a moved end, days not yet decided, and a count beyond
    the calendar's end.
    """
    _, unit = parse_limit(rule.limit)
    moved = rule.moves and clock.aim < clock.due
    if moved:
        aim_day = short_date(find_last_day(clock.aim))
        yield district.say("clock.moved", target=aim_day, due=due_day, source=rule.moves_by)
    if (moved or unit == "wd") and _has_provisional_days(district, clock):
        yield district.say("clock.provisional", target=short_date(find_last_day(clock.aim)), due=due_day)
    if clock.leaves_calendar:
        yield district.say("clock.leaves_calendar", until=short_date(district.calendar.until))


def _has_provisional_days(district: District, clock: Deadline) -> bool:
    first, last = find_last_day(clock.aim), find_last_day(clock.due)
    return any(first <= day <= last for day in district.calendar.provisional)


def _find_last_paper(tip: HasClocks, kind: str) -> ClockDecision | None:
    return next((paper for paper in reversed(tip.decisions) if paper.kind == kind), None)


def _get_paper_facts(paper: ClockDecision) -> dict[str, str]:
    return {"body": paper.body, "number": paper.number, "day": short_date(paper.day)}


def _format_limit(district: District, limit: str) -> str:
    """Return a limit in words: `2m` is `2 tháng`."""
    number, unit = parse_limit(limit)
    return district.say(f"limit.{unit}", number=number)
