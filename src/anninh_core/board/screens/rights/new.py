"""The page on which an officer records a request made in person, by phone or in writing."""

from datetime import datetime
from typing import Any

from attrs import frozen
from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import Failed, attempt_act
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.rights.lists import build_tabs
from anninh_core.kernel.errors import AlreadyDone

_RECORD = "rights.record_request"


@frozen
class RecordedRequest:
    """The number of a recorded request, and the deadline of its answer, None for no deadline."""

    number: str
    due: datetime | None


def show(page: PageRequest, failure: FailedAct | None = None, taken_in: Any = None) -> Response:
    """Show the form of a new request, and the number of the request recorded just now, for the requester to take
    along.
    """
    forms = ActForms(page, "/rights", unit=page.viewer.unit, failure=failure)
    return page.render(
        "new.html",
        failure.status if failure else 200,
        acts=[forms.make(_RECORD, unit=page.viewer.unit)] if page.has(_RECORD) else [],
        taken_in=taken_in,
        tabs=build_tabs(page, "new"),
    )


def record_new_request(page: PageRequest) -> Response:
    """Record a request and show its number, also if the same form is sent again."""
    try:
        return show(page, taken_in=attempt_act(page, page.operation, {}))
    except AlreadyDone as done:
        number = str(done.facts.get("number", ""))
        due = str(done.facts.get("due", ""))
        if not number:  # The journal entry of the first submission contains no number.
            return page.redirect("/rights/new", done="before")
        return show(page, taken_in=RecordedRequest(number, datetime.fromisoformat(due) if due else None))
    except Failed as failed:
        return show(page, failed.failure)
