"""Pages of difficulties, which units report to the level above and which are followed to the end."""

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import carry_out
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.reports.tabs import build_tabs

_PAGE = 50
_STATES = ("raised", "answered", "closed")


def show_difficulties(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show difficulties, the oldest first, with the form of a new difficulty."""
    state = page.one("state") if page.one("state") in _STATES else ""
    criteria = {"after": page.one("after"), "limit": _PAGE, **({"state": state} if state else {})}
    listing = page.call_json("programme.difficulties", criteria)
    forms = ActForms(page, "/reports/difficulties", unit=_find_reporting_unit(page), failure=failure)
    raising = "programme.raise_difficulty"
    return page.render(
        "difficulties.html",
        failure.status if failure else 200,
        difficulties=listing.items,
        next=listing.next,
        state=state,
        states=_STATES,
        acts=[forms.make(raising)] if page.has(raising) else [],
        tabs=build_tabs(page, "difficulties"),
    )


def report_difficulty(page: PageRequest) -> Response:
    """Report a difficulty."""
    operation = page.operation
    return carry_out(
        page,
        operation,
        {"unit": _find_reporting_unit(page)},
        show_difficulties,
        lambda difficulty: f"/reports/difficulties/{difficulty.id}",
    )


def show_difficulty(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show a difficulty with all remarks; the queries together leave one journal entry."""
    id = page.params["id"]
    difficulty, steps = page.read_together(
        ("programme.difficulty", {"difficulty_id": id}), ("programme.can_do_about_difficulty", {"difficulty_id": id})
    )
    page.load_officers(remark.by for remark in difficulty.remarks)
    forms = ActForms(page, f"/reports/difficulties/{id}", unit=difficulty.unit, version=steps.version, failure=failure)
    status = failure.status if failure else 200
    return page.render("difficulty.html", status, difficulty=difficulty, acts=forms.build_possible_forms(steps.steps))


def _find_reporting_unit(page: PageRequest) -> str:
    """Return the unit that the viewer reports for: the widest with one of their roles, or else their own."""
    return next(iter(page.viewer.role_units), page.viewer.unit)
