"""The deadline of a data subject's request, by the profile's dated limits."""

from datetime import datetime, timedelta

from attrs import frozen

from anninh_core.domain.rights.model import RightsRequest
from anninh_core.domain.rights.states import AnswerClockState
from anninh_core.domain.rights.views import AnswerClockView
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.limits import compute_both_readings, parse_limit
from anninh_core.usecase.views import ViewContext, make_view
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.rights import RightsLimit


@frozen(kw_only=True)
class AnswerClock:
    """The deadline of a request.

    Attributes:
        rule: the profile's limit.
        limit: the limit in force, such as `20d`, including an extension.
        due: the deadline by the later reading of the rule, a datetime with time zone.
        leaves_calendar: whether it is after the end of the profile's calendar, so that holidays are missing in it.
        met_at: when it was answered, None before.
        target: the deadline by the earlier reading, which officers work by.
    """

    rule: RightsLimit
    limit: str
    due: datetime
    target: datetime
    leaves_calendar: bool = False
    met_at: datetime | None = None

    def to_view(self, context: ViewContext) -> AnswerClockView:
        """Return the view of the clock, with its present state."""
        state = self.state(context.at)
        return make_view(AnswerClockView, self, source=self.rule.source, is_own=self.rule.own, state=state)

    def state(self, now: datetime) -> AnswerClockState:
        """Return the state of the clock at a given time."""
        if self.met_at is not None:
            return AnswerClockState.MET if self.met_at <= self.due else AnswerClockState.MET_LATE
        if now > self.due:
            return AnswerClockState.OVERDUE
        warns = now >= self.target - timedelta(days=self.rule.warn_days)
        return AnswerClockState.WARN if warns else AnswerClockState.RUNNING


def read_clock(district: District, request: RightsRequest) -> AnswerClock | None:
    """Return the clock of a request; None if the profile has no limit for its kind on its day.

    It doesn't stop while the applicant's identity is unverified: we know no rule that provides for that.
    """
    rule = district.rights.find_limit(request.kind, local_date(request.received_at))
    if rule is None:
        return None
    limit = add_limits(rule.limit, rule.extension) if request.extension is not None else rule.limit
    reading = compute_both_readings(limit, request.received_at, district.calendar, moves=rule.moves)
    return AnswerClock(
        rule=rule,
        limit=limit,
        due=reading.due,
        target=reading.target,
        leaves_calendar=reading.leaves_calendar,
        met_at=request.answer.at if request.answer is not None else None,
    )


def find_due_time(district: District, request: RightsRequest) -> datetime | None:
    """Return the deadline of a request, None without a limit."""
    clock = read_clock(district, request)
    return None if clock is None else clock.due


def add_limits(limit: str, extension: str) -> str:
    """Return a limit plus its extension, which is in the same unit; "" adds nothing."""
    if not extension:
        return limit
    (number, unit) = parse_limit(limit)
    (additional, _) = parse_limit(extension)
    return f"{number + additional}{unit}"
