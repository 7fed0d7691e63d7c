"""The page of an obligation in a year, with the state of each unit's report."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import carry_out
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.reports.tabs import build_tabs, read_year
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, Refused

_TAKEN = ("accepted", "consolidated")


def show_obligation_reports(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the reports of an obligation in a year, the late ones first."""
    obligations = page.desk.app.district.obligations
    requested = page.sent("obligation") or page.one("obligation")
    year = read_year(page)
    obligation = requested if requested in obligations else _find_nearest_obligation(page, year)
    lines = _read_report_states(page, obligation, year)
    consolidated = _find_consolidated(page, obligation, year) if lines else None
    return page.render(
        "papers.html",
        failure.status if failure else 200,
        lines=lines,
        obligations=obligations,
        chosen=obligation,
        year=year,
        gathered=consolidated,
        acts=_build_consolidation_form(page, lines, obligation, year, failure)
        if lines and consolidated is not None
        else [],
        tabs=build_tabs(page, "papers"),
    )


def consolidate_reports(page: PageRequest) -> Response:
    """Consolidate the accepted reports of an obligation."""
    operation = page.operation
    return carry_out(page, operation, {}, show_obligation_reports, lambda report: f"/reports/{report.id}")


def _find_nearest_obligation(page: PageRequest, year: int) -> str:
    """Return the obligation of a year that is due closest to today, so that its reports are shown first."""
    today = local_date(page.now)
    obligations = page.desk.app.district.obligations
    due = {
        id: obligation.last_day(year)
        for id, obligation in obligations.items()
        if obligation.first <= year <= obligation.last
    }
    return min(due, key=lambda obligation_id: abs(due[obligation_id] - today), default=next(iter(obligations), ""))


def _read_report_states(page: PageRequest, obligation: str, year: int) -> Sequence[Any] | None:
    """Return the state of each unit's report of an obligation, empty if nothing is due in the year; None if a report
    can't be opened.
    """
    try:
        lines = page.call_if_readable("reports.standing", obligation=obligation, year=year)
    except BadInput:
        return ()
    return lines and sorted(lines, key=lambda line: (-line.days_late, page.names.unit(line.unit)))


def _find_consolidated(page: PageRequest, obligation: str, year: int) -> Any:
    """Return the state of the consolidated report, None for a viewer without a role in a unit above."""
    district = page.desk.app.district
    above = district.ancestors(district.obligations[obligation].to)
    if set(page.viewer.role_units).isdisjoint(above):
        return None
    try:
        return page.call_if_readable("reports.consolidated", obligation=obligation, year=year)
    except Refused:  # The viewer's role in the unit above doesn't include these reports.
        return None


def _build_consolidation_form(
    page: PageRequest, lines: Sequence[Any], obligation: str, year: int, failure: FailedAct | None
) -> Sequence[ActForm]:
    """Return the form that consolidates accepted reports, if the viewer may write the consolidated report."""
    if not page.has("reports.consolidate") or all(line.state.value not in _TAKEN for line in lines):
        return []
    forms = ActForms(page, "/reports/papers", failure=failure)
    return [forms.make("reports.consolidate", obligation=obligation, year=year)]
