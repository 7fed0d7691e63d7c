"""Pages of units' duties: all duties of a year, late duties, and one duty with the possible acts."""

from collections.abc import Sequence
from typing import Any

from attrs import frozen
from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import carry_out
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.reports.tabs import build_tabs, read_year
from anninh_core.kernel.dates import end_of_day

_PAGE = 50
_WARN_SECONDS = 7 * 24 * 3600
_REPORT = "report"


@frozen
class DutyRow:
    """A line of the list of duties.

    Attributes:
        seconds_left: seconds until the last day is over; None once the duty is done.
        limit: CSS class of the time left: `overdue`, `warn` or "".
    """

    duty: Any
    seconds_left: float | None
    limit: str


def show_duties(page: PageRequest) -> Response:
    """Show the duties of a year, open ones first, by the last day."""
    if not page.viewer.may("plan.read"):
        return page.redirect("/reports/papers")
    year = read_year(page)
    listing = page.call("programme.duties", year=year, after=page.one("after"), limit=_PAGE)
    rows = sorted((_build_row(page, duty) for duty in listing.items), key=lambda row: row.seconds_left is None)
    return page.render("duties.html", rows=rows, next=listing.next, year=year, tabs=build_tabs(page, "duties"))


def show_late_duties(page: PageRequest) -> Response:
    """Show the late duties, the longest overdue first."""
    listing = page.call("programme.late", after=page.one("after"), limit=_PAGE)
    return page.render("late.html", late=listing.items, next=listing.next, tabs=build_tabs(page, "late"))


def show_duty(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show a duty of one unit."""
    id = page.params["id"]
    duty = page.call("programme.duty", duty_id=id)
    steps = page.call("programme.can_do_about_duty", duty_id=id)
    forms = ActForms(page, f"/reports/duties/{id}", unit=duty.unit, version=steps.version, failure=failure)
    report = _find_report(page, duty)
    acts = [*_build_begin_forms(page, duty, report, forms), *forms.build_possible_forms(steps.steps)]
    page.load_officers(urge.by for urge in duty.urges if urge.by != "clock")
    status = failure.status if failure else 200
    return page.render("duty.html", status, row=_build_row(page, duty), duty=duty, acts=acts, report=report)


def act_on_duty(page: PageRequest) -> Response:
    """Carry out an act on a duty."""
    id = page.params["id"]
    operation = page.operation
    duty = page.call("programme.duty", duty_id=id)
    if operation == "reports.begin":
        report_arguments = {"unit": duty.unit, "obligation": duty.source, "year": duty.year}
        return carry_out(page, operation, report_arguments, show_duty, lambda report: f"/reports/{report.id}")
    is_milestone = operation == "programme.reach_milestone"
    arguments = {"milestone": duty.source, "unit": duty.unit} if is_milestone else {"duty_id": id}
    return carry_out(page, operation, arguments, show_duty, f"/reports/duties/{id}")


def _build_row(page: PageRequest, duty: Any) -> DutyRow:
    if duty.state.value != "open":
        return DutyRow(duty, None, "")
    seconds = (end_of_day(duty.last_day) - page.now).total_seconds()
    return DutyRow(duty, seconds, "overdue" if seconds < 0 else "warn" if seconds < _WARN_SECONDS else "")


def _find_report(page: PageRequest, duty: Any) -> str:
    """Return the id of the report that fulfils a duty, "" if none was begun or the viewer may not read reports."""
    if duty.what != _REPORT or not page.viewer.may("report.read"):
        return ""
    lines = page.call("reports.standing", obligation=duty.source, year=duty.year)
    return next((line.report for line in lines if line.unit == duty.unit), "")


def _build_begin_forms(page: PageRequest, duty: Any, report: str, forms: ActForms) -> Sequence[ActForm]:
    may_begin = duty.what == _REPORT and not report and duty.state.value == "open" and page.has("reports.begin")
    return [forms.make("reports.begin")] if may_begin else []
