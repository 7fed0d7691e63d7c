"""Taking in what somebody asks who came, called or wrote."""

from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms, FailedAct
from anninh_core.board.forms.carry_out import Failed, attempt
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.screens.rights.tabs import tabs_for
from anninh_core.kernel.errors import AlreadyDone

_RECORD = "rights.record_request"


def show(page: PageRequest, failure: FailedAct | None = None, taken_in: Any = None) -> Response:
    """Show the form, and the number of what was taken in just now, for the person to take along."""
    forms = ActForms(page, "/rights", unit=page.viewer.unit, failure=failure)
    return page.render(
        "new.html",
        failure.status if failure else 200,
        acts=[forms.make(_RECORD, unit=page.viewer.unit)] if page.has(_RECORD) else [],
        taken_in=taken_in,
        tabs=tabs_for(page, "new"),
    )


def act(page: PageRequest) -> Response:
    """Take a request in, and show its number."""
    try:
        return show(page, taken_in=attempt(page, page.operation, {}))
    except AlreadyDone:
        return page.redirect("/rights/new", done="before")
    except Failed as failed:
        return show(page, failed.failure)
