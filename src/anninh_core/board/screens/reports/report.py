"""The pages of one report, with its document, its texts next to those of the last period, its signature, and its
files.
"""

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import carry_out
from anninh_core.board.forms.drafting import DO, SAVE, DraftedForms
from anninh_core.board.forms.form import WrittenField
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.responses import build_file_response
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import AnninhError, NotFound

_WRITE = "reports.write"

Read = tuple[str, Mapping[str, Any]]
"""Name and arguments of a query."""


@frozen
class WordsRow:
    """The text that a unit wrote for a section of its report, and the text of the last period."""

    key: str
    heading: str
    text: str
    last: str


def show_report(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show a report; the queries together leave one journal entry."""
    report, steps, last, paper = _read_report(page, ("reports.paper", {"report_id": page.params["id"]}))
    forms = ActForms(page, f"/reports/{report.id}", unit=report.unit, version=steps.version, failure=failure)
    others = [step for step in steps.steps if step.operation != _WRITE]
    acts = forms.build_possible_forms(others, issued_on=local_date(page.now).isoformat(), signer=page.viewer.name)
    return page.render(
        "report.html",
        failure.status if failure else 200,
        report=report,
        title=page.desk.app.district.obligations[report.obligation].name,
        paper=paper,
        words_rows=_list_section_texts(page, report, last),
        begun=_build_drafted_forms(page).parts(),
        handed_over=_build_drafted_forms(page).handed_over(),
        can_write=any(step.operation == _WRITE for step in steps.steps),
        acts=acts,
    )


def act_on_report(page: PageRequest) -> Response:
    """Carry out an act on a report."""
    id = page.params["id"]
    operation = page.operation
    is_new = operation == "reports.correct"
    return carry_out(
        page,
        operation,
        {"report_id": id},
        show_report,
        (lambda correction: f"/reports/{correction.id}") if is_new else f"/reports/{id}",
    )


def show_section_form(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the form of a report's section, next to the text of the last period."""
    report, steps, last = _read_report(page)
    row = next(
        (words_row for words_row in _list_section_texts(page, report, last) if words_row.key == page.params["key"]),
        None,
    )
    if row is None or all(step.operation != _WRITE for step in steps.steps):
        raise NotFound(
            "Report {report} has no section {section!r} that can be written now.",
            report=report.id,
            section=page.params["key"],
        )
    forms = ActForms(
        page, f"/reports/{report.id}/words/{row.key}", unit=report.unit, version=steps.version, failure=failure
    )
    (form,) = _build_drafted_forms(page, row.key).offer([forms.make(_WRITE, text=row.text)])
    status = failure.status if failure else 200
    return page.render("words.html", status, report=report, row=row, act=form)


def save_section(page: PageRequest) -> Response:
    """Save the text of a report's section, or a draft of it."""
    id = page.params["id"]
    key = page.params["key"]
    operation = page.operation
    drafts = _build_drafted_forms(page, key)
    if page.sent(DO) == SAVE:
        drafts.keep()
        return page.redirect(f"/reports/{id}/words/{key}", done="drafts.save")
    return drafts.carry_out(operation, {"report_id": id, "key": key}, show_section_form, f"/reports/{id}")


def download_report(page: PageRequest) -> Response:
    """Return a report as a file."""
    return build_file_response(page.call("reports.render", report_id=page.params["id"], format=page.params["format"]))


def _build_drafted_forms(page: PageRequest, *keys: str) -> DraftedForms:
    """Return the drafts about a report, for the forms of some sections."""
    fields = [WrittenField(operation=_WRITE, field="text", part=f"words.{key}") for key in keys]
    return DraftedForms(page, f"report:{page.params['id']}", fields)


def _read_report(page: PageRequest, *others: Read) -> tuple[Any, ...]:
    """Return a report, its possible steps, the report of the year before (or None), and the results of other
    queries.
    """
    id = page.params["id"]
    previous_id = _find_previous_report(page, id)
    reads: list[Read] = [("reports.get", {"report_id": id}), ("reports.can_do", {"report_id": id}), *others]
    if previous_id:
        reads.append(("reports.get", {"report_id": previous_id}))
    report, steps, *results = page.read_together(*reads)
    last = results.pop() if previous_id else None
    return report, steps, last, *results


def _find_previous_report(page: PageRequest, id: str) -> str:
    """Return the id of the unit's report of the year before, or ""; whether the viewer may read the report `id` isn't
    checked yet.
    """
    obligation, year, unit, _ = [*id.split("."), "", "", ""][:4]
    if obligation not in page.desk.app.district.obligations or not (year.isascii() and year.isdigit()):
        return ""
    try:
        lines = page.call_json("reports.standing", {"obligation": obligation, "year": int(year) - 1})
    except AnninhError:
        return ""
    return next((line.report for line in lines if line.unit == unit), "")


def _list_section_texts(page: PageRequest, report: Any, last: Any) -> list[WordsRow]:
    district = page.desk.app.district
    template = district.templates[district.obligations[report.obligation].template]
    last_words: Mapping[str, str] = last.words if last is not None else {}
    return [
        WordsRow(section.key, section.heading, report.words.get(section.key, ""), last_words.get(section.key, ""))
        for section in template.sections
        if section.key
    ]
