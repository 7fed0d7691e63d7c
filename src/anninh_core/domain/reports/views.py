"""What of reports may leave: figures, the unit's own words, signatures, and who is late."""

from collections.abc import Mapping
from datetime import date

from attrs import field

from anninh_core.domain.reports.states import ReportState
from anninh_core.usecase.views import view


@view
class CellView:
    """One number. Fields are as in `Cell`."""

    indicator: str
    unit: str
    group: str
    part: int
    whole: int


@view
class ReportFiguresView:
    """All numbers of a report. Other fields are as in `ReportFigures`.

    Attributes:
        start, end: inclusive days that they count.
        digest: SHA-256 over period and numbers.
    """

    start: date
    end: date
    cells: tuple[CellView, ...]
    previous: tuple[CellView, ...] | None
    unknown: tuple[str, ...]
    taken_on: date
    digest: str


@view
class ReportPart:
    """A report that a consolidated one is made of, as it stood: `digest` is that of its snapshot.

    Attributes:
        digest: hash of the figures as they were signed.
        report: id of the report.
    """

    report: str
    unit: str
    digest: str


@view
class SignatureView:
    """Who signed, and the paper's number and date of issue. Fields are as in `ReportSignature`."""

    number: str
    issued_on: date
    signer: str
    by: str
    submitted_on: date
    digest: str


@view
class ReportReturnView:
    """A return for improvement, and why.

    Attributes:
        reasons: what has to be changed.
    """

    day: date
    reasons: str


@view
class ReportRow:
    """One unit's report for one obligation and year, without its figures and words. Other fields are as in `Report`.

    Attributes:
        edition: 1 for the first; each correction is one more.
        days_late: days after the last day on which it was submitted, 0 in time; None while it isn't submitted.
        why: why this edition corrects the one before, "" for the first.
    """

    id: str
    version: int
    unit: str
    obligation: str
    year: int
    edition: int
    last_day: date
    state: ReportState
    signature: SignatureView | None
    days_late: int | None
    why: str


@view
class ReportView(ReportRow):
    """A report with its figures and words. Other fields are as in `Report`.

    Attributes:
        words: section key -> the unit's own words.
        returned: each return, oldest first.
        is_intact: whether what was signed is what stands here.
    """

    figures: ReportFiguresView
    words: Mapping[str, str]
    parts: tuple[ReportPart, ...]
    missing: tuple[str, ...]
    returned: tuple[ReportReturnView, ...]
    is_intact: bool


@view
class SubmissionStatus:
    """Where a unit stands with what it owes.

    Attributes:
        report: id of its newest version, "" where none was begun.
        days_late: days after the last day, of the submission or of today while nothing is submitted; 0 in time.
    """

    unit: str
    state: ReportState
    report: str
    submitted_on: date | None
    days_late: int


@view(listed=("indicator", "name", "value", "previous", "unit_of_measure"))
class FigureView:
    """One indicator's number. Other fields are as in `Figure`.

    Attributes:
        previous: the same period a year before, None for "no basis".
    """

    indicator: str
    name: str
    definition: str
    unit_of_measure: str
    value: float | None
    previous: float | None = None
    by_unit: Mapping[str, float] = field(factory=dict)


@view
class CounterDrift:
    """A stored sum of a counter that is wrong.

    Attributes:
        unit: the unit, or the name under which a set of units is kept.
        month, day: from 1; 0 for the year, or month, as a whole.
        held: what it says.
        days: what it should say.
    """

    indicator: str
    unit: str
    year: int
    month: int
    day: int
    dims: str
    held: int
    days: int
