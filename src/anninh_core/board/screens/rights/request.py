"""A request: who asks for what until when, what was done, what can be done now, and what is kept of its person."""

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


def show(page: PageRequest, failure: FailedAct | None = None, found: Any = None) -> Response:
    """Show a request; one look, one entry in the journal.

    Args:
        found: what is kept of whoever asks, where it was looked for just now: it is shown this once.
    """
    asked = {"request_id": page.params["id"]}
    request, steps, clock = page.read_together(*((f"rights.{name}", asked) for name in ("request", "can_do", "clock")))
    page.load_officers(_people(request))
    return page.render(
        "request.html",
        failure.status if failure else 200,
        request=request,
        clock=clock,
        found=found,
        acts=_acts(page, steps, failure, found),
        rules=page.desk.app.district.rights,
    )


def act(page: PageRequest) -> Response:
    """Do something with a request: what is found is shown once, a copy is handed out, all else leads back."""
    id = page.params["id"]
    operation = page.operation
    try:
        answer = attempt(page, operation, {"request_id": id})
    except AlreadyDone:
        if operation == _FIND:  # what was found is kept nowhere: it is looked for anew, and that look is on record too
            return act(page.anew())
        return page.redirect(f"/rights/{id}", done="before")
    except Failed as failed:
        return show(page, failed.failure)
    if operation == _FIND:
        return show(page, found=answer)
    if operation == _EXPORT:
        return send_file(answer)
    return page.redirect(f"/rights/{id}", done=operation)


def _acts(page: PageRequest, steps: Any, failure: FailedAct | None, found: Any) -> list[ActForm]:
    """Return the forms of what can be done; words are corrected where one sees them, and so knows which."""
    messages = list(_messages(found)) if found else []
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


def _messages(found: Any) -> Iterator[Choice]:
    told = (one for category in found.categories if category.category == "messages" for one in category.records)
    for one in [*told][-_MOST_CHOSEN_FROM:]:
        yield Choice(one.id, one.fields.get("text", "")[:_MOST_OF_A_MESSAGE] or one.id)


def _people(request: Any) -> Iterator[str]:
    yield request.taken_by
    yield from request.handled_by
    for acts in (request.checks, request.links, request.omissions, request.handovers, request.corrections):
        yield from (one.by for one in acts)
    for one in request.restrictions:
        yield from (one.by, one.lifted_by)
