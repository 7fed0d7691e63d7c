"""Read-only use cases for single reports, documents, late units, and figures of any period."""

from datetime import date

from anninh_core.domain.reports.document import ReportDocumentBuilder, build_figures
from anninh_core.domain.reports.figures.calculator import IndicatorCalculator, compute_figures
from anninh_core.domain.reports.loading import get_permitted_report, get_template, list_current_versions
from anninh_core.domain.reports.model import Report
from anninh_core.domain.reports.states import ReportState
from anninh_core.domain.reports.views import FigureView, SubmissionStatus
from anninh_core.kernel.dates import Period
from anninh_core.kernel.errors import NotFound
from anninh_core.usecase.arguments import ObligationId, ReportId, UnitId, WithinUnit, Year
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.report_document import ReportDocument


class ReportQueries(Service):
    """Read-only use cases of reports."""

    action_prefix = "reports"

    def __init__(self, runner: UseCaseRunner, counting: IndicatorCalculator) -> None:
        super().__init__(runner)
        self._calculator = counting

    @query(Permission.REPORT_READ, traced=True, aggregate_repeats=True, public=True)
    def get(self, session: ReadSession, report_id: ReportId) -> Report:
        """Return a report."""
        return get_permitted_report(session, report_id)

    @query(Permission.REPORT_READ, traced=True, aggregate_repeats=True, public=True)
    def newest(self, session: ReadSession, obligation: ObligationId, year: Year, unit: UnitId = "") -> Report:
        """Return the newest version of a unit's report, signed ones first; without a unit the consolidated report.

        Raises:
            NotFound: the unit hasn't begun it.
        """
        unit = unit or self.context.district.obligation(obligation).to
        session.permit(unit)
        versions = list_current_versions(session, obligation, year)
        if unit not in versions:
            raise NotFound(
                "Unit {unit!r} hasn't begun a report for {obligation!r} of {year}: {act:reports.standing} "
                "shows the progress of all units.",
                unit=unit,
                obligation=obligation,
                year=year,
            )
        return versions[unit]

    @query(Permission.REPORT_READ, traced=True)
    def document(self, session: ReadSession, report_id: ReportId) -> ReportDocument:
        """Return a report as a document for formatters."""
        report = get_permitted_report(session, report_id)
        return self._make_builder(report).build()

    @query(Permission.REPORT_READ, public=True)
    def file_name(self, session: ReadSession, report_id: ReportId) -> str:
        """Return the name of a report's file, without suffix, according to its template."""
        report = get_permitted_report(session, report_id)
        return self._make_builder(report).fill_text(get_template(self.context.district, report).file_name)

    @query(Permission.REPORT_READ, public=True)
    def standing(self, session: ReadSession, obligation: ObligationId, year: Year) -> tuple[SubmissionStatus, ...]:
        """Return the progress of every unit's report, for the units that the actor may see."""
        return self._list_statuses(session, obligation, year)

    @query(Permission.REPORT_READ, public=True)
    def late(self, session: ReadSession, obligation: ObligationId, year: Year) -> tuple[SubmissionStatus, ...]:
        """Return the units that are or were late, the latest first."""
        lines = [line for line in self._list_statuses(session, obligation, year) if line.days_late]
        return tuple(sorted(lines, key=lambda line: -line.days_late))

    @query(Permission.REPORT_READ, public=True)
    def consolidated(self, session: ReadSession, obligation: ObligationId, year: Year) -> SubmissionStatus:
        """Return the progress of the report that consolidates the units' reports of an obligation."""
        owed_report = self.context.district.obligation(obligation)
        session.permit(owed_report.to)
        report = list_current_versions(session, obligation, year).get(owed_report.to)
        return _build_submission_status(owed_report.to, report, owed_report.last_day(year), session.today)

    @query(Permission.REPORT_READ, public=True)
    def figures(
        self, session: ReadSession, unit: WithinUnit, start: date, end: date, *, by_unit: bool = False
    ) -> tuple[FigureView, ...]:
        """Return all figures of a unit and the units below it over any inclusive days, with those of a year before.

        Args:
            start: first day that counts.
            end: last day that counts.
            by_unit: whether each figure also has its value for every unit below; the time needed grows with the number
                of units.
        """
        session.permit(unit)
        district = self.context.district
        period = Period(start, end)
        units = district.counted_units(unit)
        start = district.valid_from
        figures = compute_figures(self._calculator, units, period, start, session.today, by_unit=by_unit)
        ordered_figures = build_figures(district, self._calculator.indicators, figures)
        return tuple(make_view(FigureView, figure) for figure in ordered_figures)

    def _make_builder(self, report: Report) -> ReportDocumentBuilder:
        district = self.context.district
        obligation = district.obligation(report.obligation)
        template = get_template(district, report)
        return ReportDocumentBuilder(district, obligation, template, report, self._calculator.indicators)

    def _list_statuses(self, session: ReadSession, obligation: str, year: int) -> tuple[SubmissionStatus, ...]:
        permitted = session.permitted_units()
        owed_report = self.context.district.obligation(obligation)
        versions = list_current_versions(session, obligation, year)
        return tuple(
            _build_submission_status(unit, versions.get(unit), owed_report.last_day(year), session.today)
            for unit in self.context.district.units_owing(owed_report, year)
            if permitted is None or unit in permitted
        )


def _build_submission_status(unit: str, report: Report | None, last_day: date, today: date) -> SubmissionStatus:
    late = report.days_late if report else None
    return SubmissionStatus(
        unit=unit,
        state=report.state if report else ReportState.DUE,
        report=report.id if report else "",
        submitted_on=report.signature.submitted_on if report and report.signature else None,
        days_late=max(0, (today - last_day).days) if late is None else late,
    )
