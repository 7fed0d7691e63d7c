"""The second factor that some acts require; it is entered in the act's own form, because another page would lose the
text.

An operation declares that it requires a second factor. `guarded` in `acts.toml` requires it only from officers who have
one.
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
    """The ways to show a second factor in a form; none if the form requires none now.

    Attributes:
        code: whether a code of the authenticator app is accepted.
        passkey: whether a passkey is accepted; the script asks the device for it.
    """

    code: bool = False
    passkey: bool = False


def find_step_up_ways(page: PageRequest, operation: Operation, layout: Mapping[str, Any]) -> StepUpWays:
    """Return the ways in which the viewer can show a second factor in the form of an act."""
    if page.viewer.fresh_until is not None or not requires_second_factor(operation, layout):
        return StepUpWays()
    account = page.once("accounts.account")
    if not operation.step_up and not account.has_second_factor and not account.passkeys:
        return StepUpWays()
    passkey = account.passkeys > 0 and page.takes_passkeys
    return StepUpWays(code=account.has_second_factor or not passkey, passkey=passkey)


def requires_second_factor(operation: Operation, layout: Mapping[str, Any]) -> bool:
    """Return whether an act requires a second factor shown just now, at least from officers who have one."""
    return operation.step_up or bool(layout.get("guarded", False))


def verify_second_factor(page: PageRequest) -> bool:
    """Verify the second factor that a form contains; return whether it contains one.

    Raises:
        NotSignedIn: the factor is wrong or was shown before.
        WrongStep: the account has no second factor.
    """
    code = page.sent(_CODE).strip().replace(" ", "")
    credential = page.sent(_CREDENTIAL)
    if credential:
        page.call("accounts.step_up_by_passkey", ticket=page.sent(_TICKET), credential=credential)
    elif code:
        page.call("accounts.step_up", code=code)
    return bool(credential or code)
