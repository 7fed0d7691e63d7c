"""What is read of reports: one, its paper, who is late, and figures of any period."""

from datetime import date

from attrs import frozen

from anninh_core.kernel.dates import Period
from anninh_core.kernel.errors import NotFound
from anninh_core.rooms.reports.document import Paper, figures_of
from anninh_core.rooms.reports.figures import Counting, computed
from anninh_core.rooms.reports.loading import get_permitted_report, newest_versions, template_of
from anninh_core.rooms.reports.model import Report, ReportState
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.report_document import Figure, ReportDocument
from anninh_core.work.look import Look
from anninh_core.work.marks import Room, query
from anninh_core.work.runner import UseCaseRunner


@frozen(kw_only=True)
class Standing:
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


class ReportQueries(Room):
    """The reading side."""

    room = "reports"

    def __init__(self, runner: UseCaseRunner, counting: Counting) -> None:
        super().__init__(runner)
        self._counting = counting

    @query(Permission.REPORT_READ, traced=True)
    def get(self, look: Look, report_id: str) -> Report:
        """Return a report."""
        return get_permitted_report(look, report_id)

    @query(Permission.REPORT_READ, traced=True)
    def newest(self, look: Look, obligation: str, year: int, unit: str = "") -> Report:
        """Return the newest version of a unit's report, signed ones first; without a unit the consolidated one.

        Raises:
            NotFound: nobody has begun it.
        """
        unit = unit or self.context.district.obligation(obligation).to
        look.permit(unit)
        versions = newest_versions(look, obligation, year)
        if unit not in versions:
            raise NotFound(f"unit {unit!r} has begun no report for {obligation!r} of {year}; see `anninh report list`")
        return versions[unit]

    @query(Permission.REPORT_READ, traced=True)
    def document(self, look: Look, report_id: str) -> ReportDocument:
        """Return a report as formatters take it."""
        report = get_permitted_report(look, report_id)
        return self._paper(report).document()

    @query(Permission.REPORT_READ)
    def file_name(self, look: Look, report_id: str) -> str:
        """Return the name of a report's file, without suffix, as its template says."""
        report = get_permitted_report(look, report_id)
        return self._paper(report).say(template_of(self.context.district, report).file_name)

    @query(Permission.REPORT_READ)
    def standing(self, look: Look, obligation: str, year: int) -> tuple[Standing, ...]:
        """Return where every unit stands with what it owes, as far as the actor may see."""
        return self._lines(look, obligation, year)

    @query(Permission.REPORT_READ)
    def late(self, look: Look, obligation: str, year: int) -> tuple[Standing, ...]:
        """Return the units that are or were late, the latest first."""
        lines = [line for line in self._lines(look, obligation, year) if line.days_late]
        return tuple(sorted(lines, key=lambda line: -line.days_late))

    @query(Permission.REPORT_READ)
    def figures(self, look: Look, unit: str, start: date, end: date, *, by_unit: bool = False) -> tuple[Figure, ...]:
        """Return all numbers of a unit and below over any inclusive days, with those of a year before.

        Args:
            look: who asks.
            unit: whose.
            start: the first day.
            end: the last day.
            by_unit: whether each figure tells its value in every unit below, too; it takes as many times as long as
                there are units.
        """
        look.permit(unit)
        district = self.context.district
        period = Period(start, end)
        units, start = district.counted(unit), district.valid_from
        found = computed(self._counting, units, period, start, look.today, by_unit=by_unit)
        return figures_of(district, self._counting.indicators, found)

    def _paper(self, report: Report) -> Paper:
        district = self.context.district
        obligation, template = district.obligation(report.obligation), template_of(district, report)
        return Paper(district, obligation, template, report, self._counting.indicators)

    def _lines(self, look: Look, obligation: str, year: int) -> tuple[Standing, ...]:
        permitted = look.permitted_units()
        owed = self.context.district.obligation(obligation)
        versions = newest_versions(look, obligation, year)
        return tuple(
            _standing(unit, versions.get(unit), owed.last_day(year), look.today)
            for unit in self.context.district.owing(owed, year)
            if permitted is None or unit in permitted
        )


def _standing(unit: str, report: Report | None, last_day: date, today: date) -> Standing:
    late = report.days_late if report else None
    return Standing(
        unit=unit,
        state=report.state if report else ReportState.DUE,
        report=report.id if report else "",
        submitted_on=report.signature.submitted_on if report and report.signature else None,
        days_late=max(0, (today - last_day).days) if late is None else late,
    )
