"""The second factor that some acts take: shown in the act's own form, as another page would lose what was written.

What takes one says so in its operation. Some acts take one from whoever has one alone: `guarded` in `acts.toml`.
"""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from anninh_core.board.pages.request import PageRequest
from anninh_core.operations.operation import Operation

_CODE = "code"
_TICKET = "ticket"
_CREDENTIAL = "credential"


@frozen
class StepUpWays:
    """By what a form lets somebody show a second factor; by nothing where it takes none now.

    Attributes:
        code: of the authenticator app.
        passkey: whose device answers by a script.
    """

    code: bool = False
    passkey: bool = False


def ways_to_step_up(page: PageRequest, operation: Operation, told: Mapping[str, Any]) -> StepUpWays:
    """Return by what the form of an act lets the viewer show a second factor."""
    if page.viewer.fresh_until is not None or not takes_second_factor(operation, told):
        return StepUpWays()
    account = page.once("accounts.account")
    if not operation.step_up and not account.has_second_factor and not account.passkeys:
        return StepUpWays()
    passkey = account.passkeys > 0 and page.takes_passkeys
    return StepUpWays(code=account.has_second_factor or not passkey, passkey=passkey)


def takes_second_factor(operation: Operation, told: Mapping[str, Any]) -> bool:
    """Tell whether an act takes a second factor that was shown just now, at least from whoever has one."""
    return operation.step_up or bool(told.get("guarded", False))


def show_second_factor(page: PageRequest) -> bool:
    """Show the second factor that a form brought; tell whether it brought one.

    Raises:
        NotSignedIn: it is wrong, or was shown before.
        WrongStep: the account has none.
    """
    code = page.sent(_CODE).strip().replace(" ", "")
    credential = page.sent(_CREDENTIAL)
    if credential:
        page.call("accounts.step_up_by_passkey", ticket=page.sent(_TICKET), credential=credential)
    elif code:
        page.call("accounts.step_up", code=code)
    return bool(credential or code)
