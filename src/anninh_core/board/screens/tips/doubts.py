"""The page of residents' messages that aren't assigned to a case yet."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import build_row_forms
from anninh_core.board.forms.carry_out import carry_out
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.tips.lists import build_tabs
from anninh_core.operations.choices import Choice

_PAGE = 50
_ACTS = (
    "conversations.assign_message",
    "conversations.open_tip",
    "conversations.create_inquiry",
    "conversations.dismiss_message",
)
_LOCKED_ACTS = (
    "conversations.open_tip",
    "conversations.dismiss_locked_message",
    "conversations.pass_on_locked_message",
)


def show_unassigned_messages(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the messages that aren't assigned to a case, oldest first, each with the possible acts."""
    listing = page.call("conversations.unassigned", after=page.one("after"), limit=_PAGE)
    proposed = (message.proposed_dismissal for message in listing.items)
    page.load_officers(dismissal.by for dismissal in proposed if dismissal is not None)
    acts = {message.id: _build_message_forms(page, message, failure) for message in listing.items}
    return page.render(
        "doubts.html",
        failure.status if failure else 200,
        messages=listing.items,
        next=listing.next,
        acts=acts,
        tabs=build_tabs(page, "doubts"),
    )


def act_on_message(page: PageRequest) -> Response:
    """Carry out a decision about a message that isn't assigned to a case."""
    id = page.params["id"]
    operation = page.operation
    arguments: dict[str, object] = {"messages": [id]} if operation == "conversations.open_tip" else {"message_id": id}
    return carry_out(page, operation, arguments, show_unassigned_messages, "/tips/doubts")


def _build_message_forms(page: PageRequest, message: Any, failure: FailedAct | None) -> Sequence[ActForm]:
    options = {"case": [Choice(ref, _name_case(page, ref)) for ref in message.candidates]}
    forms = build_row_forms(
        page, "/tips/doubts", message, failure, version=message.version, unit=message.unit, options=options
    )
    acts = _ACTS if message.lock is None else _LOCKED_ACTS
    able = [name for name in acts if page.has(name) and (name != _ACTS[0] or message.candidates)]
    proposed = message.proposed_dismissal
    return [forms.make(name, **({"reason": proposed.reason} if proposed is not None else {})) for name in able]


def _name_case(page: PageRequest, ref: str) -> str:
    """Return a name for a case, for a tip with its receipt number."""
    kind, _, id = ref.partition(":")
    if kind == "tip":
        tip = page.call("tips.get", tip_id=id)
        return page.words("{category} – {receipt}", category=page.names.category(tip.category), receipt=tip.receipt)
    return page.words("Inquiry")
