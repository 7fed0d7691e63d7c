"""An administrator's consent for the account, in a browser."""

import hmac
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from attrs import field, frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.sentences import Sentence
from anninh_zalo.errors.classify import Host, classify_response, explain_row

_CODE = re.compile(r"-?[0-9]{1,9}")


@frozen
class AuthorizationCode:
    """Authorization code from the callback of the consent page.

    Attributes:
        code: good for one exchange within ten minutes.
        oa_id: the account that consented, "" if the callback doesn't contain it.
    """

    code: str = field(repr=False)
    oa_id: str = ""


def consent_url(base: str, app_id: str, redirect_uri: str, state: str, challenge: str = "") -> str:
    """Return the address of the consent page.

    Args:
        base: base address of the login host, such as `https://oauth.zaloapp.com`.
        redirect_uri: exactly as in the developer console.
        state: random value that comes back in the callback and proves that we requested it.
        challenge: challenge of the code verifier, "" for none.
    """
    query = {"app_id": app_id, "redirect_uri": redirect_uri, "code_challenge": challenge, "state": state}
    return f"{base}/v4/oa/permission?" + urlencode({name: value for name, value in query.items() if value})


def read_callback(callback: str, state: str, oa_id: str = "", *, state_may_miss: bool = False) -> AuthorizationCode:
    """Parse the address of the callback, or its query alone.

    Args:
        state: as given to `build_consent_url`.
        oa_id: the configured account; the consent of another one is refused. "" for any.
        state_may_miss: whether a callback without a state passes: reports differ on whether Zalo sends it back. A wrong
            state never passes.

    Raises:
        BadInput: an error or no code, a state that isn't ours, or another account.
    """
    try:
        parsed = urlsplit(callback.strip())
    except ValueError:  # The exception quotes the address, and so isn't passed on.
        raise BadInput(
            "The callback isn't an address: copy the whole address of the page where the browser ended."
        ) from None
    query = parse_qs(parsed.query or (parsed.path if "=" in parsed.path else ""))
    code, returned_state, account = (query.get(name, [""])[0] for name in ("code", "state", "oa_id"))
    if not code:
        raise BadInput(_describe_missing_code(query))
    if returned_state and not hmac.compare_digest(
        returned_state.encode("utf-8", "replace"), state.encode("utf-8", "replace")
    ):
        raise BadInput("The callback belongs to another login: begin the login again, and use the newest address.")
    if not returned_state and not state_may_miss:
        raise BadInput(
            "The callback has no state: set the option `state_may_miss` if Zalo doesn't send the state back."
        )
    if oa_id and account and account != oa_id:
        raise BadInput(
            "Account {account} consented, but {oa_id} is configured: log in as the administrator of {oa_id}.",
            account=account,
            oa_id=oa_id,
        )
    return AuthorizationCode(code, account)


def _describe_missing_code(query: Mapping[str, list[str]]) -> Sentence:
    """Explain why the callback has no code. Only a number is repeated: any site can craft a callback's address."""
    error_code = next((query[name][0] for name in ("error", "error_code") if name in query), "")
    if not error_code:
        return Sentence(
            "The callback has no code: consent was refused, or the address is incomplete. Copy the whole address."
        )
    code = int(error_code) if _CODE.fullmatch(error_code) else None
    row = classify_response(Host.OAUTH, code) if code else None
    if row is None:
        return Sentence("The callback has an error instead of a code: consent was refused. Begin again.")
    return Sentence("The callback has an error instead of a code. {problem}", problem=explain_row(Host.OAUTH, row))
