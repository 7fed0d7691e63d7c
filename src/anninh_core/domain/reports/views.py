"""Read-only views of reports: figures, the unit's own texts, signatures, and progress."""

from collections.abc import Mapping
from datetime import date

from attrs import field

from anninh_core.domain.reports.states import ReportState
from anninh_core.usecase.views import view


@view
class CellView:
    """A number for an indicator, unit and group. Fields are as in `Cell`."""

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
        digest: SHA-256 of period and numbers.
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
    """A report that a consolidated one is made of, at the time of the consolidation.

    Attributes:
        digest: hash of the figures as they were signed.
        report: id of the report.
    """

    report: str
    unit: str
    digest: str


@view
class SignatureView:
    """The signature of a report, with the document's number and date of issue. Fields are as in `ReportSignature`."""

    number: str
    issued_on: date
    signer: str
    by: str
    submitted_on: date
    digest: str


@view
class ReportReturnView:
    """A return for improvement, with its reasons.

    Attributes:
        reasons: required changes.
    """

    day: date
    reasons: str


@view
class ReportRow:
    """A unit's report for an obligation and year, without figures and texts. Other fields are as in `Report`.

    Attributes:
        edition: 1 for the first version; each correction is one more.
        days_late: days after the last day on which it was submitted, 0 in time; None before the submission.
        why: why this edition corrects the previous one, "" for the first.
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
    """A report with its figures and texts. Other fields are as in `Report`.

    Attributes:
        words: section key -> the unit's own text.
        returned: each return, oldest first.
        is_intact: whether the content still equals the signed content.
    """

    figures: ReportFiguresView
    words: Mapping[str, str]
    parts: tuple[ReportPart, ...]
    missing: tuple[str, ...]
    returned: tuple[ReportReturnView, ...]
    is_intact: bool


@view
class SubmissionStatus:
    """Progress of a unit's report.

    Attributes:
        report: id of its newest version, "" if none was begun.
        days_late: days after the last day until the submission, or until today before it; 0 in time.
    """

    unit: str
    state: ReportState
    report: str
    submitted_on: date | None
    days_late: int


@view(listed=("indicator", "name", "value", "previous", "unit_of_measure"))
class FigureView:
    """An indicator's number. Other fields are as in `Figure`.

    Attributes:
        previous: the number of the same period a year before, None for "no basis".
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
    """A wrong stored sum of a counter.

    Attributes:
        unit: the unit, or the name of a set of units that a sum is stored for.
        month, day: from 1; 0 for the year, or month, as a whole.
        held: stored sum.
        days: correct sum of the days.
    """

    indicator: str
    unit: str
    year: int
    month: int
    day: int
    dims: str
    held: int
    days: int
