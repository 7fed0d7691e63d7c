"""The page of a request about personal data, with its requester, deadline and history, the possible acts, and the data
kept about its person.
"""

from collections.abc import Iterator
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import Failed, attempt_act
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.responses import build_file_response
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.operations.choices import Choice

_FIND = "rights.find"
_EXPORT = "rights.export"
_CORRECT_WORDS = "rights.correct_words"
_MOST_CHOSEN_FROM = 200
_MOST_OF_A_MESSAGE = 80


def show(page: PageRequest, failure: FailedAct | None = None, data: Any = None) -> Response:
    """Show a request about personal data; the queries together leave one journal entry.

    Args:
        data: the data kept about the requester, if it was searched just now: it is shown only this once.
    """
    arguments = {"request_id": page.params["id"]}
    request, steps, clock = page.read_together(
        *((f"rights.{name}", arguments) for name in ("request", "can_do", "clock"))
    )
    page.load_officers(_iter_officer_ids(request))
    return page.render(
        "request.html",
        failure.status if failure else 200,
        request=request,
        clock=clock,
        found=data,
        acts=_build_forms(page, steps, failure, data),
        rules=page.desk.app.district.rights,
    )


def act_on_request(page: PageRequest) -> Response:
    """Carry out an act on a request: found data is shown once, a copy is downloaded, other acts redirect to the
    page.
    """
    id = page.params["id"]
    operation = page.operation
    try:
        result = attempt_act(page, operation, {"request_id": id})
    except AlreadyDone:
        # Found data is kept nowhere, so a repeated submission searches again, which leaves another journal entry.
        if operation == _FIND:
            return act_on_request(page.as_new_try())
        return page.redirect(f"/rights/{id}", done="before")
    except Failed as failed:
        return show(page, failed.failure)
    if operation == _FIND:
        return show(page, data=result)
    if operation == _EXPORT:
        return build_file_response(result)
    return page.redirect(f"/rights/{id}", done=operation)


def _build_forms(page: PageRequest, steps: Any, failure: FailedAct | None, data: Any) -> list[ActForm]:
    """Return the forms of the possible acts on a request; text can only be corrected where the messages are shown."""
    messages = list(_iter_message_choices(data)) if data else []
    tried = failure.operation if failure else ""
    forms = ActForms(
        page,
        f"/rights/{page.params['id']}",
        version=steps.version,
        failure=failure,
        options={"message": messages} if messages else None,
    )
    return forms.build_possible_forms(
        step for step in steps.steps if step.operation != _CORRECT_WORDS or messages or tried == _CORRECT_WORDS
    )


def _iter_message_choices(data: Any) -> Iterator[Choice]:
    records = (record for category in data.categories if category.category == "messages" for record in category.records)
    for message in [*records][-_MOST_CHOSEN_FROM:]:
        yield Choice(message.id, message.fields.get("text", "")[:_MOST_OF_A_MESSAGE] or message.id)


def _iter_officer_ids(request: Any) -> Iterator[str]:
    yield request.taken_by
    yield from request.handled_by
    for acts in (request.checks, request.links, request.omissions, request.handovers, request.corrections):
        yield from (entry.by for entry in acts)
    for restriction in request.restrictions:
        yield from (restriction.by, restriction.lifted_by)
