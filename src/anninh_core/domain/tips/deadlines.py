"""Legal deadlines of a tip, computed from the profile's dated deadline rules and what happened to the tip."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from attrs import frozen

from anninh_core.domain.tips.states import UNTOLD_STATES, DeadlineState, DecisionKind, TipState, state_type
from anninh_core.domain.tips.values import ClockDecision, Wait
from anninh_core.domain.tips.views import DeadlineView
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.limits import last_day_of, read_limit
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
        due: the last moment in time, aware: the limit, by the later reading.
        met_at: when what it asks for was done, None while it runs.
        target: the last moment by the earlier reading, to work by; None in clocks of earlier versions.
        stopped_at: when it was stopped, in time; None while it runs.
        suspended: whether a recorded suspension stopped it; else the reporter is waited for.
        leaves_calendar: it was counted behind the end of the profile's calendar, so that holidays are missing in it.
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
        """Return what may leave of the clock of a case.

        Args:
            case: the state of the case.
            why: why it ends, or stands still, otherwise than by its rule; "" where nothing changed it.
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
            is_owed=is_owed(rule, case),
            is_met_in_time=self.met_at is not None and self.met_at <= self.due,
        )

    @property
    def aim(self) -> datetime:
        """The moment to work by: the earlier reading where it is known."""
        return self.target or self.due

    def is_in_time(self, now: datetime) -> bool:
        """Tell whether it was met in time, or, while it runs or stands still, whether there is time left."""
        return self.stopped_at is not None or (self.met_at or now) <= self.due

    def is_running(self, at: datetime) -> bool:
        """Tell whether it was not met by a moment, and doesn't stand still."""
        return self.stopped_at is None and (self.met_at is None or self.met_at > at)

    def state(self, now: datetime, warn_at: datetime) -> DeadlineState:
        """Return how it stands; `warn_at` is the function of that name's."""
        if self.met_at is not None:
            return DeadlineState.MET if self.is_in_time(now) else DeadlineState.MET_LATE
        if self.stopped_at is not None:
            return DeadlineState.SUSPENDED if self.suspended else DeadlineState.PAUSED
        if now > self.due:
            return DeadlineState.OVERDUE
        return DeadlineState.WARN if now >= warn_at else DeadlineState.RUNNING


def warn_at(rule: DeadlineRule | None, deadline: Deadline) -> datetime:
    """Return the moment from which a clock warns: the rule's days and hours before the earlier reading.

    Of a rule that the profile has no more, a day before (Circular 28/2020/TT-BCA art. 15 wants seven for `resolve`).
    """
    before = timedelta(days=rule.warn_days, hours=rule.warn_hours) if rule else timedelta(days=1)
    return deadline.aim - before


def find_rule(district: District, id: str) -> DeadlineRule | None:
    """Return a deadline rule of the profile, or None."""
    return next((rule for rule in district.deadlines if rule.id == id), None)


def is_owed(rule: DeadlineRule | None, case: TipState) -> bool:
    """Tell whether a clock of this rule asks something of somebody, by where its case stands.

    Of open cases each does; of settled ones whose reporter isn't told yet, those that the settlement began.
    """
    if state_type(case) in ("open", "waiting"):
        return True
    return case in UNTOLD_STATES and rule is not None and rule.start == _SETTLED


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
    """Return the clocks that a tip of this kind and urgency has, as what it passed started, met and stopped them.

    A rule that waits for a decision starts once it is recorded, and takes the place of those it replaces. Only the
    district's own clocks pause while the reporter is waited for; only a recorded suspension stops a legal one.
    """
    recorded = {decision.kind.value: decision.moment for decision in decisions}
    course = _Course(rules=rules, calendar=calendar, moments={**recorded, **moments}, decisions=decisions, waits=waits)
    applicable = [
        rule
        for rule in rules
        if (start := course.moments.get(rule.start)) is not None
        and (not rule.decision or rule.decision in recorded)
        and (not rule.legal_kinds or legal_kind in rule.legal_kinds)
        and (not rule.urgencies or urgency in rule.urgencies)
        and rule.valid_from <= local_date(start) <= rule.valid_to
    ]
    return (*_missed_before_suspension(course, applicable), *map(course.clock, _current(applicable)))


@frozen(kw_only=True)
class _Course:
    """What a tip passed, and by which rules its clocks are read from that."""

    rules: tuple[DeadlineRule, ...]
    calendar: WorkCalendar
    moments: Mapping[str, datetime]
    decisions: Sequence[ClockDecision]
    waits: Sequence[Wait]

    def clock(self, rule: DeadlineRule) -> Deadline:
        limit = granted_limit(rule, self.rules, self.decisions)
        start = self.moments[rule.start]
        waits = self.waits if rule.own else ()
        reading = read_limit(limit, start, self.calendar, moves=rule.moves, waits=waits)
        clock = Deadline(
            rule=rule.id,
            due=reading.due,
            target=reading.target,
            met_at=self.moments.get(rule.met_by),
            leaves_calendar=reading.leaves_calendar,
            from_settlement=rule.start == _SETTLED,
        )
        if rule.suspends and (suspension := open_suspension(self.decisions)):
            return _suspended(clock, suspension)
        if waits and waits[-1].end is None and clock.met_at is None and waits[-1].start <= clock.due:
            return evolve(clock, stopped_at=max(waits[-1].start, start))
        return clock


def _current(applicable: Sequence[DeadlineRule]) -> list[DeadlineRule]:
    """Return the rules whose place no other one takes."""
    replaced = {id for rule in applicable for id in rule.replaces}
    return [rule for rule in applicable if rule.id not in replaced]


def granted_limit(rule: DeadlineRule, rules: Iterable[DeadlineRule], decisions: Sequence[ClockDecision]) -> str:
    """Return a rule's limit; of an extension the limit before it and the months granted, no more than the rule's."""
    granted = next((one.months for one in decisions if one.kind == rule.decision and one.months), None)
    if granted is None:
        return rule.limit
    before = [int(one.limit[:-1]) for one in rules if one.id in rule.replaces and one.limit.endswith("m")]
    most = int(rule.limit[:-1])
    return f"{min(most, max(before, default=most) + granted)}m"


def open_suspension(decisions: Sequence[ClockDecision]) -> ClockDecision | None:
    """Return the suspension that was recorded and not revoked, None where there is none."""
    turns = [one for one in decisions if one.kind in _SUSPENSION]
    return turns[-1] if turns and turns[-1].kind is DecisionKind.SUSPENDED else None


def _suspended(clock: Deadline, suspension: ClockDecision) -> Deadline:
    """Stop a clock in time; one that had run out before is met late by the suspension, which ends what it asks for."""
    if suspension.day <= last_day_of(clock.due):
        return evolve(clock, stopped_at=suspension.moment.astimezone(UTC), suspended=True)
    return evolve(clock, met_at=suspension.moment.astimezone(UTC))


def _missed_before_suspension(course: _Course, applicable: Sequence[DeadlineRule]) -> list[Deadline]:
    """Return the clock that had run out when a suspension came: that it was late stays true after it is revoked."""
    before = [rule for rule in applicable if rule.decision != DecisionKind.REVOKED]
    first = next((one for one in course.decisions if one.kind is DecisionKind.SUSPENDED), None)
    if first is None or len(before) == len(applicable):
        return []
    papers = [one for one in course.decisions if one.kind not in _SUSPENSION]
    then = evolve(course, decisions=papers, waits=())
    clocks = [_suspended(then.clock(rule), first) for rule in _current(before) if rule.suspends]
    return [clock for clock in clocks if clock.stopped_at is None]


def first_day_asked_too_late(due: datetime) -> date:
    """Return the first day on which an extension is asked for too late: less than five days before (BLTTHS 147.3)."""
    return last_day_of(due) - timedelta(days=4)
