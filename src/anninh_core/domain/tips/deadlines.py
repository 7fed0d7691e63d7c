"""Legal deadlines of a tip, computed from the profile's dated deadline rules and the tip's timestamps and decisions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from attrs import frozen

from anninh_core.domain.tips.states import UNANSWERED_STATES, DeadlineState, DecisionKind, TipState, get_state_group
from anninh_core.domain.tips.values import ClockDecision, Wait
from anninh_core.domain.tips.views import DeadlineView
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.limits import compute_both_readings, find_last_day
from anninh_core.kernel.replacing import evolve
from anninh_core.kernel.worktime import WorkCalendar
from anninh_core.usecase.views import ViewContext, make_view
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.rules import DeadlineRule

_SETTLED = "settled"
_SUSPENSION = frozenset({DecisionKind.SUSPENDED, DecisionKind.REVOKED})
_RUNNING = frozenset({DeadlineState.RUNNING, DeadlineState.WARN, DeadlineState.OVERDUE})


@frozen(kw_only=True)
class Deadline:
    """One legal deadline of a tip.

    Attributes:
        rule: id of the deadline rule.
        due: last moment in time, with time zone: the limit in its later reading.
        met_at: when the required act was done, None while it runs.
        target: last moment in the earlier reading, to work by; None in clocks of earlier versions.
        stopped_at: when it was stopped, in time; None while it runs.
        suspended: whether a recorded suspension stopped it; otherwise it waits for the reporter.
        leaves_calendar: whether it ends after the end of the profile's calendar, so that holidays are missing in the
            count.
        from_settlement: whether the settlement began it; False in clocks of earlier versions.
    """

    rule: str
    due: datetime
    met_at: datetime | None = None
    target: datetime | None = None
    stopped_at: datetime | None = None
    suspended: bool = False
    leaves_calendar: bool = False
    from_settlement: bool = False

    def to_view(self, context: ViewContext, case: TipState, why: str) -> DeadlineView:
        """Return the read-only view of the clock of a case.

        Args:
            case: state of the case.
            why: why the clock ends, or is stopped, differently from its rule; "" if nothing changed it.
        """
        rule = find_rule(context.district, self.rule)
        state = self.state(context.at, warn_at(rule, self))
        return make_view(
            DeadlineView,
            self,
            why=why,
            rule_name=rule.name if rule else self.rule,
            state=state,
            seconds_left=int((self.due - context.at).total_seconds()) if state in _RUNNING else None,
            is_owed=is_clock_owed(rule, case),
            is_met_in_time=self.met_at is not None and self.met_at <= self.due,
        )

    @property
    def aim(self) -> datetime:
        """The moment to work by: the earlier reading if known, else `due`."""
        return self.target or self.due

    def is_in_time(self, now: datetime) -> bool:
        """Return whether the deadline was met in time, or has time left while it runs, or is stopped."""
        return self.stopped_at is not None or (self.met_at or now) <= self.due

    def is_running(self, at: datetime) -> bool:
        """Return whether the deadline was not met by a moment and isn't stopped."""
        return self.stopped_at is None and (self.met_at is None or self.met_at > at)

    def state(self, now: datetime, warn_at: datetime) -> DeadlineState:
        """Return the state of the deadline at `now`; `warn_at` is the result of `compute_warning_time`."""
        if self.met_at is not None:
            return DeadlineState.MET if self.is_in_time(now) else DeadlineState.MET_LATE
        if self.stopped_at is not None:
            return DeadlineState.SUSPENDED if self.suspended else DeadlineState.PAUSED
        if now > self.due:
            return DeadlineState.OVERDUE
        return DeadlineState.WARN if now >= warn_at else DeadlineState.RUNNING


def warn_at(rule: DeadlineRule | None, deadline: Deadline) -> datetime:
    """Return the moment from which a clock warns: the rule's warning days and hours before the earlier reading.

    For a rule that the profile no longer has, one day before (Circular 28/2020/TT-BCA art. 15 requires seven for
    `resolve`).
    """
    before = timedelta(days=rule.warn_days, hours=rule.warn_hours) if rule else timedelta(days=1)
    return deadline.aim - before


def find_rule(district: District, id: str) -> DeadlineRule | None:
    """Return a deadline rule of the profile, or None."""
    return next((rule for rule in district.deadlines if rule.id == id), None)


def is_clock_owed(rule: DeadlineRule | None, case: TipState) -> bool:
    """Return whether a clock of this rule still requires work in a given state of its case.

    In open cases each clock does; in settled cases without an answer to the reporter yet, those that the settlement
    began.
    """
    if get_state_group(case) in ("open", "waiting"):
        return True
    return case in UNANSWERED_STATES and rule is not None and rule.start == _SETTLED


def compute_deadlines(
    rules: tuple[DeadlineRule, ...],
    calendar: WorkCalendar,
    *,
    legal_kind: str,
    urgency: str,
    moments: Mapping[str, datetime],
    decisions: Sequence[ClockDecision] = (),
    waits: Sequence[Wait] = (),
) -> tuple[Deadline, ...]:
    """Return the clocks of a tip of this kind and urgency, as started, met and stopped by its timestamps and decisions.

    A rule that waits for a decision starts once the decision is recorded, and replaces the rules that it names. Only
    the district's own clocks pause while the reporter is waited for; only a recorded suspension stops a legal clock.

    Args:
        moments: timestamps of the tip, by name.
        decisions: papers that officers recorded.
        waits: periods of waiting for the reporter.
    """
    recorded = {decision.kind.value: decision.moment for decision in decisions}
    course = _ClockInputs(
        rules=rules, calendar=calendar, moments={**recorded, **moments}, decisions=decisions, waits=waits
    )
    applicable = [
        rule
        for rule in rules
        if (start := course.moments.get(rule.start)) is not None
        and (not rule.decision or rule.decision in recorded)
        and (not rule.legal_kinds or legal_kind in rule.legal_kinds)
        and (not rule.urgencies or urgency in rule.urgencies)
        and rule.valid_from <= local_date(start) <= rule.valid_to
    ]
    return (*_find_missed_before_suspension(course, applicable), *map(course.clock, _drop_replaced(applicable)))


@frozen(kw_only=True)
class _ClockInputs:
    """Timestamps, decisions and waits of a tip, with the rules and calendar to compute its clocks."""

    rules: tuple[DeadlineRule, ...]
    calendar: WorkCalendar
    moments: Mapping[str, datetime]
    decisions: Sequence[ClockDecision]
    waits: Sequence[Wait]

    def clock(self, rule: DeadlineRule) -> Deadline:
        limit = compute_granted_limit(rule, self.rules, self.decisions)
        start = self.moments[rule.start]
        waits = self.waits if rule.own else ()
        reading = compute_both_readings(limit, start, self.calendar, moves=rule.moves, waits=waits)
        clock = Deadline(
            rule=rule.id,
            due=reading.due,
            target=reading.target,
            met_at=self.moments.get(rule.met_by),
            leaves_calendar=reading.leaves_calendar,
            from_settlement=rule.start == _SETTLED,
        )
        if rule.suspends and (suspension := find_open_suspension(self.decisions)):
            return _suspend_clock(clock, suspension)
        if waits and waits[-1].end is None and clock.met_at is None and waits[-1].start <= clock.due:
            return evolve(clock, stopped_at=max(waits[-1].start, start))
        return clock


def _drop_replaced(applicable: Sequence[DeadlineRule]) -> list[DeadlineRule]:
    """Return the rules that no other applicable rule replaces."""
    replaced = {id for rule in applicable for id in rule.replaces}
    return [rule for rule in applicable if rule.id not in replaced]


def compute_granted_limit(rule: DeadlineRule, rules: Iterable[DeadlineRule], decisions: Sequence[ClockDecision]) -> str:
    """Return a rule's limit; for a granted extension, the limit before plus the months granted, up to the rule's
    limit.
    """
    granted = next(
        (decision.months for decision in decisions if decision.kind == rule.decision and decision.months), None
    )
    if granted is None:
        return rule.limit
    previous_months = [
        int(replaced.limit[:-1]) for replaced in rules if replaced.id in rule.replaces and replaced.limit.endswith("m")
    ]
    max_months = int(rule.limit[:-1])
    return f"{min(max_months, max(previous_months, default=max_months) + granted)}m"


def find_open_suspension(decisions: Sequence[ClockDecision]) -> ClockDecision | None:
    """Return the suspension that was recorded and not revoked, or None."""
    suspensions = [decision for decision in decisions if decision.kind in _SUSPENSION]
    return suspensions[-1] if suspensions and suspensions[-1].kind is DecisionKind.SUSPENDED else None


def _suspend_clock(clock: Deadline, suspension: ClockDecision) -> Deadline:
    """Return a clock that was in time as stopped; return a clock that had run out before as met late, as the suspension
    ends its obligation.
    """
    if suspension.day <= find_last_day(clock.due):
        return evolve(clock, stopped_at=suspension.moment.astimezone(UTC), suspended=True)
    return evolve(clock, met_at=suspension.moment.astimezone(UTC))


def _find_missed_before_suspension(course: _ClockInputs, applicable: Sequence[DeadlineRule]) -> list[Deadline]:
    """Return the clock that had run out before a suspension, so that it still counts as late after the revocation."""
    before = [rule for rule in applicable if rule.decision != DecisionKind.REVOKED]
    first = next((decision for decision in course.decisions if decision.kind is DecisionKind.SUSPENDED), None)
    if first is None or len(before) == len(applicable):
        return []
    papers = [decision for decision in course.decisions if decision.kind not in _SUSPENSION]
    course_before = evolve(course, decisions=papers, waits=())
    clocks = [_suspend_clock(course_before.clock(rule), first) for rule in _drop_replaced(before) if rule.suspends]
    return [clock for clock in clocks if clock.stopped_at is None]


def first_late_request_day(due: datetime) -> date:
    """Return the first day on which a request for extension is too late: less than five days before (BLTTHS 147.3)."""
    return find_last_day(due) - timedelta(days=4)
