"""What a person posts by hand, as the program has no way there."""

from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import row_forms
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.groups.lists import tabs_for

_PAGE = 50
_ACTS = ("failures.confirm_posted", "failures.give_up")


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show what is to be posted, what waits longest first."""
    found = page.call("failures.postings", after=page.one("after"), limit=_PAGE)
    forms = {one.id: _forms(page, one, failure) for one in found}
    return page.render(
        "tasks.html",
        failure.status if failure else 200,
        tasks=found,
        forms=forms,
        next=found[-1].id if len(found) == _PAGE else "",
        tabs=tabs_for(page, "tasks"),
    )


def _forms(page: PageRequest, task: Any, failure: FailedAct | None) -> list[ActForm]:
    forms = row_forms(page, "/groups/tasks", task, failure)
    return [forms.make(name) for name in _ACTS if page.has(name)]
