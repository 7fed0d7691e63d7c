"""A duty: a report or milestone that a unit must complete by a day, and its reminders."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from attrs import evolve, frozen

from anninh_core.domain.index_specs import DUTY_SPEC
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.kinds import Fact, Kind
from anninh_core.usecase.preconditions.steps import StepChecks
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.views import make_view, view

REPORT = "report"
MILESTONE = "milestone"
NEVER = date.max


class DutyState(StrEnum):
    """State of a duty. Lateness depends on the day, so it isn't a state."""

    OPEN = "open"
    """The duty isn't done yet."""
    DONE = "done"
    """The duty is done according to the unit."""
    ACCEPTED = "accepted"
    """The submitted report was accepted."""


S = DutyState
TRANSITIONS: dict[DutyState, frozenset[DutyState]] = {
    S.OPEN: frozenset({S.DONE}),
    S.DONE: frozenset({S.ACCEPTED, S.OPEN}),
    S.ACCEPTED: frozenset(),
}
"""State machine of duties. A duty that was done is accepted or given back."""


@view
class ReminderView:
    """A reminder of a duty.

    Attributes:
        acknowledged: day of the unit's answer, which is in `words`.
    """

    day: date
    offset: int
    by: str
    told: bool
    escalated: bool
    acknowledged: date | None
    words: str


@frozen(kw_only=True)
class Reminder:
    """A reminder of a duty.

    Attributes:
        offset: days from the reminder to the duty's last day; negative after that day.
        by: `clock`, or the id of the officer who sent it.
        told: whether a chat message was sent; without a known chat the reminder only appears on the board.
        escalated: whether the `standing_body` was notified as well.
        acknowledged: day of the unit's answer.
    """

    day: date
    offset: int
    by: str
    told: bool
    escalated: bool
    acknowledged: date | None = None
    words: str = ""

    def to_view(self) -> ReminderView:
        """Return the read-only view of the reminder."""
        return make_view(ReminderView, self)


@view
class DutyView:
    """A unit's duty with its last day.

    Attributes:
        in_time: whether it was first done by the last day.
    """

    id: str
    version: int
    what: str
    source: str
    year: int
    unit: str
    name: str
    last_day: date
    remind_days: tuple[int, ...]
    state: DutyState
    first_done_on: date | None
    done_on: date | None
    in_time: bool
    evidence: str
    urges: tuple[ReminderView, ...]


@frozen(kw_only=True)
class Duty:
    """A unit's duty with its last day.

    Attributes:
        id: `<what>.<source>.<year>.<unit>`, so that no duty is opened twice.
        what: `report` or `milestone`.
        source: id of the obligation or milestone in the profile.
        last_day: last day in time.
        remind_days: days before (positive), on (0) and after (negative) the last day on which the unit is reminded.
        first_done_on: the first day on which it was done, even if it was given back later.
        done_on: the day on which it was done; None while it is open.
        evidence: evidence that it was done: a report's id, a document's number.
    """

    id: str
    what: str
    source: str
    year: int
    unit: str
    name: str
    last_day: date
    remind_days: tuple[int, ...]
    state: DutyState = DutyState.OPEN
    first_done_on: date | None = None
    done_on: date | None = None
    evidence: str = ""
    urges: tuple[Reminder, ...] = ()
    version: int = 0

    def to_view(self) -> DutyView:
        """Return the read-only view of the duty."""
        return make_view(DutyView, self)

    def require_possible(self, to: DutyState) -> None:
        """Check that the state machine allows the transition to a state; raise `WrongStep` otherwise."""
        if to not in TRANSITIONS[self.state]:
            raise WrongStep(
                "Duty {duty} is {state}: it can't become {next_state}. Possible next states: {allowed}.",
                duty=self.id,
                state=self.state,
                next_state=to,
                allowed=tuple(sorted(TRANSITIONS[self.state])),
            )

    def require_open(self) -> None:
        """Raise `WrongStep` unless the duty is open, so that a reminder makes sense."""
        if self.state is not S.OPEN:
            raise WrongStep("Duty {duty} is {state}: it needs no more reminders.", duty=self.id, state=self.state)

    def require_unanswered_reminder(self) -> None:
        """Raise `WrongStep` unless the last reminder waits for an answer."""
        if not self.urges or self.urges[-1].acknowledged is not None:
            raise WrongStep("Duty {duty} has no reminder that waits for an answer.", duty=self.id)

    def _moved(self, to: DutyState) -> "Duty":
        self.require_possible(to)
        return evolve(self, state=to)

    def done(self, day: date, evidence: str) -> "Duty":
        """Return the duty done on a day, with evidence."""
        if not evidence.strip():
            raise BadInput(
                "Duty {duty} has no evidence: name the document or report that shows that it was done.", duty=self.id
            )
        first_done = self.first_done_on or day
        return evolve(self._moved(S.DONE), done_on=day, first_done_on=first_done, evidence=evidence)

    def accepted(self) -> "Duty":
        """Return the duty accepted by the unit that it was owed to."""
        return self._moved(S.ACCEPTED)

    def given_back(self) -> "Duty":
        """Return the duty open again, because its report was returned."""
        return evolve(self._moved(S.OPEN), done_on=None, evidence="")

    def find_next_reminder_day(self) -> date:
        """Return the day from which the next reminder is due, `NEVER` if none is left."""
        last_offset = min((reminder.offset for reminder in self.urges), default=None)
        remaining = [offset for offset in self.remind_days if last_offset is None or offset < last_offset]
        if self.state is not S.OPEN or not remaining:
            return NEVER
        return self.last_day - timedelta(days=max(remaining))

    def reminded(self, urge: Reminder) -> "Duty":
        """Return the duty with a further reminder."""
        self.require_open()
        return evolve(self, urges=(*self.urges, urge))

    def acknowledged(self, day: date, words: str) -> "Duty":
        """Return the duty with its last reminder answered."""
        self.require_unanswered_reminder()
        reminder = evolve(self.urges[-1], acknowledged=day, words=words)
        return evolve(self, urges=(*self.urges[:-1], reminder))

    def days_late(self, today: date) -> int:
        """Return by how many days the duty was done late, or is late today if still open; 0 if in time."""
        return max(0, ((self.done_on or today) - self.last_day).days)

    @property
    def in_time(self) -> bool:
        """Whether the duty was first done by its last day; a report returned for improvement still counts as in
        time.
        """
        return self.first_done_on is not None and self.first_done_on <= self.last_day


def make_duty_id(what: str, source: str, year: int, unit: str) -> str:
    """Return the id of a unit's duty."""
    return f"{what}.{source}.{year}.{unit}"


def duty_facts(duty: Duty) -> Iterable[Fact]:
    """Yield the facts that the reports count about a duty: the completed milestone, and every reminder."""
    if duty.what == MILESTONE and duty.done_on is not None:
        yield Fact("milestones_done", duty.unit, duty.done_on)
    for reminder in duty.urges:
        yield Fact("urges", duty.unit, reminder.day)


DUTY = Kind(
    spec=DUTY_SPEC,
    model=Duty,
    columns=lambda duty: {
        "what": duty.what,
        "source": duty.source,
        "year": duty.year,
        "state": duty.state.value,
        "last_day": duty.last_day.isoformat(),
        "next_urge": duty.find_next_reminder_day().isoformat(),
    },
    scope=lambda duty: f"duty:{duty.id}",
    facts=duty_facts,
    numbered=True,
)


def _require_undone_milestone(duty: Duty, _: ReadSession) -> None:
    if duty.what != MILESTONE:
        raise WrongStep(
            "Duty {duty} is a report: submit the report with {act:reports.submit} to fulfil it.", duty=duty.id
        )
    duty.require_possible(DutyState.DONE)


DUTY_STEPS: StepChecks[Duty] = StepChecks(
    {
        "reach_milestone": (_require_undone_milestone,),
        "acknowledge": (lambda duty, _: duty.require_unanswered_reminder(),),
        "urge": (lambda duty, _: duty.require_open(),),
    }
)
"""The steps that can be done with a duty, each with its preconditions, in the board's order; a report's own steps
complete its duty.
"""
