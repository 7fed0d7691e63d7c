"""Models of trainings, inspections and campaigns."""

from collections.abc import Iterable
from datetime import date

from attrs import evolve, frozen

from anninh_core.domain.index_specs import CAMPAIGN_SPEC, INSPECTION_SPEC, TRAINING_SPEC
from anninh_core.kernel.dates import Period
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.arguments import OneLine, UnitId, Words
from anninh_core.usecase.kinds import Fact, Kind
from anninh_core.usecase.views import make_view, view


@view
class AttendanceView:
    """Number of people that a unit sent to a training."""

    unit: str
    people: int


@frozen
class Attendance:
    """Number of people that a unit sent to a training."""

    unit: str
    people: int

    def __attrs_post_init__(self) -> None:
        if self.people < 1:
            raise BadInput(
                "Unit {unit} can't have sent {count} people: give 1 or more, or leave the unit out.",
                unit=self.unit,
                count=self.people,
            )

    def to_view(self) -> AttendanceView:
        """Return the read-only view of the attendance."""
        return make_view(AttendanceView, self)


@view
class TrainingView:
    """A training that was held (P-III.1.f)."""

    id: str
    version: int
    unit: str
    topic: str
    day: date
    attendance: tuple[AttendanceView, ...]


@frozen(kw_only=True)
class Training:
    """A training that was held (P-III.1.f)."""

    id: str
    unit: str
    topic: str
    day: date
    attendance: tuple[Attendance, ...]
    version: int = 0

    def to_view(self) -> TrainingView:
        """Return the read-only view of the training."""
        return make_view(TrainingView, self)


@view
class InspectionCheckView:
    """A line of an inspection's list: the question, and whether the answer was in order."""

    question: str
    passed: bool
    note: str


@frozen
class InspectionCheck:
    """A line of an inspection's list: the question, and whether the answer was in order."""

    question: OneLine
    passed: bool
    note: Words = ""

    def to_view(self) -> InspectionCheckView:
        """Return the read-only view of the check."""
        return make_view(InspectionCheckView, self)


@view
class InspectionView:
    """An inspection of a unit (P-III.1.c).

    Attributes:
        findings: the checks that were not in order.
    """

    id: str
    version: int
    unit: str
    day: date
    by: str
    checks: tuple[InspectionCheckView, ...]
    findings: tuple[InspectionCheckView, ...]
    remedy: str
    remedied_on: date | None


@frozen(kw_only=True)
class Inspection:
    """An inspection of a unit (P-III.1.c).

    Attributes:
        by: officer id.
        remedy: how the findings were corrected, "" before.
    """

    id: str
    unit: str
    day: date
    by: str
    checks: tuple[InspectionCheck, ...]
    remedy: str = ""
    remedied_on: date | None = None
    version: int = 0

    @property
    def findings(self) -> tuple[InspectionCheck, ...]:
        """The checks of the inspection that were not in order."""
        return tuple(check for check in self.checks if not check.passed)

    def to_view(self) -> InspectionView:
        """Return the read-only view of the inspection."""
        return make_view(InspectionView, self)

    def remedied(self, day: date, remedy: str) -> "Inspection":
        """Return the inspection with its findings corrected."""
        if not self.findings or self.remedied_on is not None:
            raise WrongStep("Inspection {inspection} has no findings left to correct.", inspection=self.id)
        if not remedy.strip():
            raise BadInput(
                "The remedy of inspection {inspection} is empty: write how the findings were corrected.",
                inspection=self.id,
            )
        return evolve(self, remedy=remedy, remedied_on=day)


@view
class CampaignTaskView:
    """A partner's task in a campaign; `done_on` is None until it is done."""

    unit: str
    text: str
    done_on: date | None


@frozen
class CampaignTask:
    """A partner's task in a campaign; `done_on` is None until it is done."""

    unit: str
    text: str
    done_on: date | None = None

    def to_view(self) -> CampaignTaskView:
        """Return the read-only view of the task."""
        return make_view(CampaignTaskView, self)


@view
class CampaignView:
    """A campaign of several agencies (P-II.2.b, P-III.3, P-III.4).

    Attributes:
        start, end: its first and last day.
        tasks: in their order; a task is identified by its number, counted from 1.
    """

    id: str
    version: int
    unit: str
    name: str
    start: date
    end: date
    partners: tuple[str, ...]
    tasks: tuple[CampaignTaskView, ...]
    results: str
    people: int
    closed_on: date | None


@frozen
class PlannedTask:
    """A partner's planned task in a campaign.

    Attributes:
        partner: id of the partner's unit.
    """

    partner: UnitId
    text: Words


@frozen(kw_only=True)
class Campaign:
    """A campaign of several agencies (P-II.2.b, P-III.3, P-III.4).

    Attributes:
        unit: unit that leads it.
        partners: units that take part.
        results: in words, "" while it runs.
        people: number of participants it mobilised.
    """

    id: str
    unit: str
    name: str
    period: Period
    partners: tuple[str, ...]
    tasks: tuple[CampaignTask, ...] = ()
    results: str = ""
    people: int = 0
    closed_on: date | None = None
    version: int = 0

    def to_view(self) -> CampaignView:
        """Return the read-only view of the campaign."""
        return make_view(CampaignView, self, start=self.period.start, end=self.period.end)

    def task_done(self, number: int, day: date) -> "Campaign":
        """Return the campaign with task `number` (counted from 1) done."""
        self._require_running()
        if not 1 <= number <= len(self.tasks):
            raise BadInput(
                "Campaign {campaign} has no task {number}: choose one from 1 to {count}.",
                campaign=self.id,
                count=len(self.tasks),
                number=number,
            )
        tasks = [*self.tasks]
        tasks[number - 1] = evolve(tasks[number - 1], done_on=day)
        return evolve(self, tasks=tuple(tasks))

    def closed(self, day: date, results: str, people: int) -> "Campaign":
        """Return the campaign with its results."""
        self._require_running()
        if not results.strip() or people < 0:
            raise BadInput(
                "Campaign {campaign} can't be closed yet: write its results in words, and give a number of "
                "people from 0.",
                campaign=self.id,
            )
        return evolve(self, results=results, people=people, closed_on=day)

    def _require_running(self) -> None:
        if self.closed_on is not None:
            raise WrongStep(
                "Campaign {campaign} was closed on {day}: open a new one.", campaign=self.id, day=self.closed_on
            )


def training_facts(training: Training) -> Iterable[Fact]:
    """Yield the facts that the reports count: the training for its unit, the attendance for the senders' units."""
    yield Fact("trainings", training.unit, training.day)
    for attendance in training.attendance:
        yield Fact("training_attendance", attendance.unit, training.day, amount=attendance.people)


def inspection_facts(inspection: Inspection) -> Iterable[Fact]:
    """Yield the fact that the reports count about an inspection."""
    yield Fact("inspections", inspection.unit, inspection.day)


def campaign_facts(campaign: Campaign) -> Iterable[Fact]:
    """Yield the facts that the reports count: the campaign on its first day, its participants on the day of closing."""
    yield Fact("campaigns", campaign.unit, campaign.period.start)
    if campaign.closed_on is not None:
        yield Fact("people_mobilised", campaign.unit, campaign.closed_on, amount=campaign.people)


TRAINING = Kind(
    spec=TRAINING_SPEC,
    model=Training,
    columns=lambda training: {"day": training.day.isoformat()},
    scope=lambda training: f"training:{training.id}",
    facts=training_facts,
    numbered=True,
)

INSPECTION = Kind(
    spec=INSPECTION_SPEC,
    model=Inspection,
    columns=lambda inspection: {
        "day": inspection.day.isoformat(),
        "open": bool(inspection.findings) and inspection.remedied_on is None,
    },
    scope=lambda inspection: f"inspection:{inspection.id}",
    facts=inspection_facts,
    numbered=True,
)

CAMPAIGN = Kind(
    spec=CAMPAIGN_SPEC,
    model=Campaign,
    columns=lambda campaign: {
        "start": campaign.period.start.isoformat(),
        "open": campaign.closed_on is None,
    },
    multi=lambda campaign: {"partner": campaign.partners},
    scope=lambda campaign: f"campaign:{campaign.id}",
    facts=campaign_facts,
    numbered=True,
)
