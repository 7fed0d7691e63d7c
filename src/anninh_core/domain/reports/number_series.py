"""The numbers of signed reports: an issuing body uses a number once in a series and year.

Nghị định 30/2020/NĐ-CP, article 15: numbers begin at 01 on 1 January. A number stays with its report when the report is
returned or superseded, since documents with it were already sent to others.
"""

from collections.abc import Iterable, Iterator

from attrs import evolve, field, frozen

from anninh_core.domain.index_specs import NUMBER_SERIES_SPEC
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.model import Report
from anninh_core.domain.reports.states import SIGNED_STATES
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.unit_of_work import UnitOfWork


@frozen(order=True)
class IssuedNumber:
    """The number of a signed report; must be unique.

    Attributes:
        unit: the issuing body.
        year: of the day of issue.
        symbol: in its normal form, without letter case and spaces.
        text: as printed on the document.
    """

    unit: str
    year: int
    symbol: str
    number: int
    text: str = field(eq=False)

    @property
    def series(self) -> str:
        """Id of the series in which the number is used only once."""
        return f"{self.unit}.{self.year}.{self.symbol}"


@frozen(kw_only=True)
class NumberSeries:
    """The numbers that a unit used in a series and year.

    Attributes:
        id: see `IssuedNumber.series`.
        given: (number, id of the report) pairs, oldest first.
    """

    id: str
    unit: str
    year: int
    given: tuple[tuple[int, str], ...] = ()


NUMBER_SERIES = Kind(
    spec=NUMBER_SERIES_SPEC,
    model=NumberSeries,
    columns=lambda series: {"year": series.year},
    scope=lambda _: "",
)


def parse_issued_number(report: Report) -> IssuedNumber | None:
    """Return the number of a signed report, None for an unsigned one; `09/BC-BCĐ138` equals `9/bc - bcđ138`."""
    if report.signature is None:
        return None
    number, _, symbol = report.signature.number.partition("/")
    return IssuedNumber(
        unit=report.unit,
        year=report.signature.issued_on.year,
        symbol="".join(nfc(symbol).casefold().split()),
        number=int(number),
        text=report.signature.number,
    )


def claim_number(uow: UnitOfWork, signed: Report) -> None:
    """Add a report's number to its series. Of two concurrent commits with the same number, the later one fails.

    Raises:
        BadInput: another report has the number.
    """
    issued = parse_issued_number(signed)
    if issued is None:
        return
    series = uow.get(NUMBER_SERIES, issued.series) or _begin_series(uow, issued)
    holder = next((id for number, id in series.given if number == issued.number and id != signed.id), "")
    if holder:
        next_number = max(number for number, _ in series.given) + 1
        raise BadInput(
            "Number {number} of {year} is already on report {report}: the next free number is {next_number}.",
            number=issued.text,
            year=issued.year,
            report=holder,
            next_number=next_number,
        )
    if (issued.number, signed.id) not in series.given:
        uow.save(NUMBER_SERIES, evolve(series, given=(*series.given, (issued.number, signed.id))))


def find_shared_numbers(reports: Iterable[Report]) -> Iterator[tuple[IssuedNumber, tuple[str, ...]]]:
    """Yield each number that several reports in force have, with the reports' ids."""
    ids_by_number: dict[IssuedNumber, list[str]] = {}
    for report in reports:
        if report.state in SIGNED_STATES and (issued := parse_issued_number(report)):
            ids_by_number.setdefault(issued, []).append(report.id)
    for issued, ids in sorted(ids_by_number.items()):
        if len(ids) > 1:
            yield issued, tuple(sorted(ids))


def _begin_series(uow: UnitOfWork, issued: IssuedNumber) -> NumberSeries:
    """Return a new series with the numbers of reports signed by an earlier release, which kept no series.

    An unreadable report is left out, so that signing isn't blocked; `anninh audit verify` names it.
    """
    reports = uow.iter_all(REPORT, "newest", where={"unit": issued.unit}, complete=False)
    numbers = [(other, report.id) for report in reports if (other := parse_issued_number(report))]
    given = tuple((other.number, id) for other, id in numbers if other.series == issued.series)
    return NumberSeries(id=issued.series, unit=issued.unit, year=issued.year, given=given)
