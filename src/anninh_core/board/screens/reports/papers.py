"""Reports of an obligation and a year: where each unit stands."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import carry_out
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.reports.tabs import chosen_year, tabs_for
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, Refused

_TAKEN = ("accepted", "consolidated")


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the reports of an obligation in a year, the late ones first."""
    obligations = page.desk.app.district.obligations
    asked = page.sent("obligation") or page.one("obligation")
    year = chosen_year(page)
    chosen = asked if asked in obligations else _nearest(page, year)
    lines = _lines(page, chosen, year)
    gathered = _gathered(page, chosen, year) if lines else None
    return page.render(
        "papers.html",
        failure.status if failure else 200,
        lines=lines,
        obligations=obligations,
        chosen=chosen,
        year=year,
        gathered=gathered,
        acts=_acts(page, lines, chosen, year, failure) if lines and gathered is not None else [],
        tabs=tabs_for(page, "papers"),
    )


def act(page: PageRequest) -> Response:
    """Gather the accepted reports of an obligation."""
    operation = page.operation
    return carry_out(page, operation, {}, show, lambda report: f"/reports/{report.id}")


def _nearest(page: PageRequest, year: int) -> str:
    """Return the obligation of a year that is due around today, so that its papers are seen at once."""
    today = local_date(page.now)
    obligations = page.desk.app.district.obligations
    due = {id: one.last_day(year) for id, one in obligations.items() if one.first <= year <= one.last}
    return min(due, key=lambda one: abs(due[one] - today), default=next(iter(obligations), ""))


def _lines(page: PageRequest, obligation: str, year: int) -> Sequence[Any] | None:
    """Return where units stand, nothing for a year in which nothing is due; None where a report can't be opened."""
    try:
        lines = page.compute("reports.standing", obligation=obligation, year=year)
    except BadInput:
        return ()
    return lines and sorted(lines, key=lambda line: (-line.days_late, page.names.unit(line.unit)))


def _gathered(page: PageRequest, obligation: str, year: int) -> Any:
    """Return where the report stands that gathers the others, None for whoever isn't above."""
    district = page.desk.app.district
    above = district.ancestors(district.obligations[obligation].to)
    if set(page.viewer.role_units).isdisjoint(above):
        return None
    try:
        return page.compute("reports.consolidated", obligation=obligation, year=year)
    except Refused:  # the role there is for something else
        return None


def _acts(
    page: PageRequest, lines: Sequence[Any], obligation: str, year: int, failure: FailedAct | None
) -> Sequence[ActForm]:
    """Return the form that gathers what was accepted, for whoever writes the report that all go to."""
    if not page.has("reports.consolidate") or all(line.state.value not in _TAKEN for line in lines):
        return []
    forms = ActForms(page, "/reports/papers", failure=failure)
    return [forms.make("reports.consolidate", obligation=obligation, year=year)]
