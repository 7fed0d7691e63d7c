"""One's own passkeys on the page of the account: a new one is begun by the password, and then made by a device."""

from typing import Any

from attrs import evolve, frozen
from starlette.exceptions import HTTPException
from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import check_form
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.responses import send_offer

BEGIN = "accounts.begin_passkey"
ADD = "accounts.add_passkey"


@frozen
class NewPasskey:
    """A passkey that a device is to make.

    Attributes:
        form: keeps what it answers.
        options: what it is asked, for the script.
        ticket: goes along with the answer.
    """

    form: ActForm
    options: str
    ticket: str


def make_passkey(forms: ActForms, offer: Any, device: str) -> NewPasskey:
    """Return the form of a passkey that is to be made.

    Args:
        offer: what the device is asked.
        device: how the passkey is called if its owner says nothing else.
    """
    return NewPasskey(forms.make(ADD, name=device), offer.options, offer.ticket)


def begun_again(failure: FailedAct | None) -> FailedAct | None:
    """Return what failed, so that the page can tell: what a device answered counts once, so that one begins anew."""
    if failure is None or failure.operation != ADD:
        return failure
    return evolve(failure, operation=BEGIN, errors={}, keeps_key=False)


def ask_device(page: PageRequest) -> Response:
    """Return what the script asks a device of somebody who has to show a passkey once more."""
    if not check_form(page):
        raise HTTPException(403)
    return send_offer(page.call("accounts.begin_passkey_step_up"))
