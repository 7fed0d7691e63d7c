"""Why a clock ends when it does, in sentences of the profile."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from anninh_core.domain.tips.deadlines import (
    Deadline,
    find_rule,
    granted_limit,
    is_owed,
    open_suspension,
    warn_at,
)
from anninh_core.domain.tips.states import DeadlineState, DecisionKind, TipState
from anninh_core.domain.tips.values import ClockDecision, Wait
from anninh_core.kernel.dates import local_date, short_date
from anninh_core.kernel.limits import last_day_of, parse_limit
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.rules import DeadlineRule


class HasClocks(Protocol):
    """What of a tip its clocks depend on."""

    @property
    def state(self) -> TipState:
        """Where the tip is in its life."""
        ...

    @property
    def clocks(self) -> Sequence[Deadline]:
        """Its deadlines."""
        ...

    @property
    def decisions(self) -> Sequence[ClockDecision]:
        """Papers that changed or met one of them."""
        ...

    @property
    def waits(self) -> Sequence[Wait]:
        """Times in which its reporter was asked."""
        ...


def clock_state(district: District, clock: Deadline, now: datetime) -> DeadlineState:
    """Return how a clock stands at a moment, warnings included."""
    return clock.state(now, warn_at(find_rule(district, clock.rule), clock))


def owed_clocks(district: District, tip: HasClocks) -> tuple[Deadline, ...]:
    """Return the clocks that ask something of somebody: once a tip is settled, those that the settlement began."""
    return tuple(clock for clock in tip.clocks if is_owed(find_rule(district, clock.rule), tip.state))


def explain_clock(district: District, tip: HasClocks, clock: Deadline) -> str:
    """Return why a clock ends, or stands still, otherwise than its rule's plain limit; "" where nothing changed it.

    Of a rule that the profile has no more nothing can be told.
    """
    rule = find_rule(district, clock.rule)
    return " ".join(_sentences(district, tip, clock, rule)) if rule else ""


def _sentences(district: District, tip: HasClocks, clock: Deadline, rule: DeadlineRule) -> Iterator[str]:
    due_day = short_date(last_day_of(clock.due))
    if rule.decision and (paper := _last_paper(tip, rule.decision)):
        yield _explain_decision(district, tip, rule, paper, due_day)
    if clock.suspended and (suspension := open_suspension(tip.decisions)):
        yield district.say("clock.suspended", **_paper_facts(suspension))
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
    """Return from which limit to which a recorded decision took the clock."""
    before = find_rule(district, rule.replaces[-1]) if rule.replaces else None
    return district.say(
        f"clock.{rule.decision}",
        old=_limit_words(district, before.limit) if before else "",
        new=_limit_words(district, granted_limit(rule, district.deadlines, tip.decisions)),
        due=due_day,
        **_paper_facts(paper),
    )


def _explain_notice(district: District, tip: HasClocks) -> Iterator[str]:
    if paper := _last_paper(tip, DecisionKind.NOTICE):
        yield district.say("clock.notice", number=paper.number, day=short_date(paper.day))
    elif paper := _last_paper(tip, DecisionKind.IDENTITY_REFUSED):
        yield district.say("clock.identity_refused", day=short_date(paper.day))


def _explain_count(district: District, clock: Deadline, rule: DeadlineRule, due_day: str) -> Iterator[str]:
    """Yield what days off did to the count: an end that moved, days nobody has decided, and a calendar that ended."""
    _, unit = parse_limit(rule.limit)
    moved = rule.moves and clock.aim < clock.due
    if moved:
        aim_day = short_date(last_day_of(clock.aim))
        yield district.say("clock.moved", target=aim_day, due=due_day, source=rule.moves_by)
    if (moved or unit == "wd") and _has_provisional(district, clock):
        yield district.say("clock.provisional", target=short_date(last_day_of(clock.aim)), due=due_day)
    if clock.leaves_calendar:
        yield district.say("clock.leaves_calendar", until=short_date(district.calendar.until))


def _has_provisional(district: District, clock: Deadline) -> bool:
    first, last = last_day_of(clock.aim), last_day_of(clock.due)
    return any(first <= day <= last for day in district.calendar.provisional)


def _last_paper(tip: HasClocks, kind: str) -> ClockDecision | None:
    return next((paper for paper in reversed(tip.decisions) if paper.kind == kind), None)


def _paper_facts(paper: ClockDecision) -> dict[str, str]:
    return {"body": paper.body, "number": paper.number, "day": short_date(paper.day)}


def _limit_words(district: District, limit: str) -> str:
    """Return a limit in words: `2m` is `2 tháng`."""
    number, unit = parse_limit(limit)
    return district.say(f"limit.{unit}", number=number)
