"""A request: its requester, deadline and history, the possible acts, and the data kept about its person."""

from collections.abc import Iterator
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import Failed, attempt
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.responses import send_file
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.operations.choices import Choice

_FIND = "rights.find"
_EXPORT = "rights.export"
_CORRECT_WORDS = "rights.correct_words"
_MOST_CHOSEN_FROM = 200
_MOST_OF_A_MESSAGE = 80


def show(page: PageRequest, failure: FailedAct | None = None, data: Any = None) -> Response:
    """Show a request; one reading, one journal entry.

    Args:
        data: the data kept about the requester, if it was searched just now: it is shown only this once.
    """
    arguments = {"request_id": page.params["id"]}
    request, steps, clock = page.read_together(
        *((f"rights.{name}", arguments) for name in ("request", "can_do", "clock"))
    )
    page.load_officers(_people(request))
    return page.render(
        "request.html",
        failure.status if failure else 200,
        request=request,
        clock=clock,
        found=data,
        acts=_acts(page, steps, failure, data),
        rules=page.desk.app.district.rights,
    )


def act(page: PageRequest) -> Response:
    """Carry out an act on a request: found data is shown once, a copy is downloaded, other acts redirect to the
    page.
    """
    id = page.params["id"]
    operation = page.operation
    try:
        result = attempt(page, operation, {"request_id": id})
    except AlreadyDone:
        if operation == _FIND:  # found data is kept nowhere: search again, which leaves a journal entry too
            return act(page.anew())
        return page.redirect(f"/rights/{id}", done="before")
    except Failed as failed:
        return show(page, failed.failure)
    if operation == _FIND:
        return show(page, data=result)
    if operation == _EXPORT:
        return send_file(result)
    return page.redirect(f"/rights/{id}", done=operation)


def _acts(page: PageRequest, steps: Any, failure: FailedAct | None, data: Any) -> list[ActForm]:
    """Return the forms of the possible acts; text can only be corrected where the messages are shown."""
    messages = list(_messages(data)) if data else []
    tried = failure.operation if failure else ""
    forms = ActForms(
        page,
        f"/rights/{page.params['id']}",
        version=steps.version,
        failure=failure,
        options={"message": messages} if messages else None,
    )
    return forms.offered(
        step for step in steps.steps if step.operation != _CORRECT_WORDS or messages or tried == _CORRECT_WORDS
    )


def _messages(data: Any) -> Iterator[Choice]:
    records = (record for category in data.categories if category.category == "messages" for record in category.records)
    for message in [*records][-_MOST_CHOSEN_FROM:]:
        yield Choice(message.id, message.fields.get("text", "")[:_MOST_OF_A_MESSAGE] or message.id)


def _people(request: Any) -> Iterator[str]:
    yield request.taken_by
    yield from request.handled_by
    for acts in (request.checks, request.links, request.omissions, request.handovers, request.corrections):
        yield from (entry.by for entry in acts)
    for restriction in request.restrictions:
        yield from (restriction.by, restriction.lifted_by)
