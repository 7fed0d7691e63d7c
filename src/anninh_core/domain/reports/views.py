"""What of reports may leave: figures, the unit's own words, signatures, and who is late."""

from collections.abc import Mapping
from datetime import date

from attrs import field

from anninh_core.domain.reports.states import ReportState
from anninh_core.usecase.views import view


@view
class CellView:
    """One number.

    Attributes:
        unit: whose; "" for several together.
        group: value of the dimension that the indicator is split by, "" for none.
        part: the amount.
        whole: what `part` is a share of; 0 for an indicator that is no share.
    """

    indicator: str
    unit: str
    group: str
    part: int
    whole: int


@view
class ReportFiguresView:
    """All numbers of a report.

    Attributes:
        start, end: inclusive days that they count.
        cells: those that are not zero, sorted.
        previous: the same for the period before; None where nothing can be compared.
        unknown: indicators whose question to the records nobody answers here.
        taken_on: the day they were computed.
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
    """Who signed, and the paper's number and date of issue.

    Attributes:
        number: number and symbol, such as `05/BC-BCĐ138`.
        signer: name as it stands on the paper; `by` is the officer's id.
        digest: of everything signed: figures, words, number and date.
    """

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
    """One unit's report for one obligation and year, without its figures and words.

    Attributes:
        edition: 1 for the first; each correction is one more.
        last_day: the last day in time.
        days_late: days after the last day on which it was submitted, 0 in time; None while it isn't submitted.
        why: why this edition corrects the one before, "" for the first.
        signature: who signed it, and when; None before.
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
    """A report with its figures and words.

    Attributes:
        words: section key -> the unit's own words.
        parts: what it was consolidated from; `missing` units had nothing accepted.
        returned: each return, oldest first.
        is_intact: whether what was signed is what stands here.
        missing: what has to be filled in before it can be handed in.
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


@view
class FigureView:
    """One indicator's number.

    Attributes:
        value: None where there is nothing to compute from.
        previous: the same period a year before, None for "no basis".
        by_unit: unit id -> value; empty where it wasn't asked for.
        definition: what is counted, in a sentence.
        unit_of_measure: in what it is counted.
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
