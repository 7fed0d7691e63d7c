"""Passkeys on the account page: the officer first enters the password, then a device creates the passkey."""

from typing import Any

from attrs import evolve, frozen
from starlette.exceptions import HTTPException
from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import has_own_form_token
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.responses import build_passkey_response

BEGIN = "accounts.begin_passkey"
ADD = "accounts.add_passkey"


@frozen
class NewPasskey:
    """A passkey that a device is about to create.

    Attributes:
        form: form that sends the device's response.
        options: request to the device, for the script.
        ticket: sent with the device's response.
    """

    form: ActForm
    options: str
    ticket: str


def build_passkey_form(forms: ActForms, offer: Any, device: str) -> NewPasskey:
    """Return the form of a passkey that a device is about to create.

    Args:
        offer: the request to the device.
        device: default name of the passkey.
    """
    return NewPasskey(forms.make(ADD, name=device), offer.options, offer.ticket)


def restart_after_failure(failure: FailedAct | None) -> FailedAct | None:
    """Return the failure of a device's response as a failure of the first step: a response counts only once, so the
    officer starts again.
    """
    if failure is None or failure.operation != ADD:
        return failure
    return evolve(failure, operation=BEGIN, errors={}, keeps_key=False)


def send_device_request(page: PageRequest) -> Response:
    """Return the request to a device as JSON for the script, for an officer who must show a passkey again.

    Raises:
        HTTPException: 403, the form's page wasn't made for this session.
    """
    if not has_own_form_token(page):
        raise HTTPException(403)
    return build_passkey_response(page.call("accounts.begin_passkey_step_up"))
