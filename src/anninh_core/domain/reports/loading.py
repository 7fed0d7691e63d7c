"""Loading reports under a permission, and what the profile says about one."""

from collections.abc import Mapping

from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.model import Report, current_version
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.plan import ReportTemplate

_SEE = "begin it, or look at the standing of its obligation"


def get_permitted_report(session: ReadSession, report_id: str, *, as_superior: bool = False) -> Report:
    """Return a report that the actor has the marked permission on: on its unit, or on the one it goes to.

    Raises:
        Refused: the permission holds nowhere.
        NotVisible: no such report, or no permission there: the actor isn't told which.
    """
    report, permitted = session.get_visible(REPORT, report_id, _SEE), session.permitted_units()
    unit = session.context.district.obligation(report.obligation).to if as_superior else report.unit
    if permitted is not None and unit not in permitted:
        raise session.withhold(REPORT.name, report_id, f"it belongs to {report.unit}", _SEE, unit=report.unit)
    session.unit = unit
    return report


def current_versions(session: ReadSession, obligation: str, year: int) -> Mapping[str, Report]:
    """Return the newest version of each unit's report."""
    reports_by_unit: dict[str, list[Report]] = {}
    for report in session.iter_all(REPORT, "newest", where={"obligation": obligation, "year": year}):
        reports_by_unit.setdefault(report.unit, []).append(report)
    versions = {unit: current_version(reports) for unit, reports in reports_by_unit.items()}
    return {unit: report for unit, report in versions.items() if report is not None}


def template_of(district: District, report: Report) -> ReportTemplate:
    """Return the template of a report's obligation."""
    return district.templates[district.obligation(report.obligation).template]
