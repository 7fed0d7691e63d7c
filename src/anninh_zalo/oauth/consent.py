"""The step that an administrator of the account takes in a browser."""

import hmac
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from attrs import field, frozen

from anninh_core.kernel.errors import BadInput
from anninh_zalo.errors.classify import Host, classify

_CODE = re.compile(r"-?[0-9]{1,9}")


@frozen
class AuthorizationCode:
    """What the callback brings.

    Attributes:
        code: good for one exchange within ten minutes.
        oa_id: the account that consented, "" where the callback doesn't say.
    """

    code: str = field(repr=False)
    oa_id: str = ""


def consent_url(base: str, app_id: str, redirect_uri: str, state: str, challenge: str = "") -> str:
    """Return the page to open.

    Args:
        base: of the login host, such as `https://oauth.zaloapp.com`.
        redirect_uri: exactly as it stands in the developer console.
        state: random; what comes back with it was asked for by us.
        challenge: of the code verifier, "" for none.
    """
    query = {"app_id": app_id, "redirect_uri": redirect_uri, "code_challenge": challenge, "state": state}
    return f"{base}/v4/oa/permission?" + urlencode({name: value for name, value in query.items() if value})


def read_callback(callback: str, state: str, oa_id: str = "", *, state_may_miss: bool = False) -> AuthorizationCode:
    """Read the address that the browser was sent to, or its query alone.

    Args:
        state: as given to `consent_url`.
        oa_id: the configured account; the consent of another one is refused. "" for any.
        state_may_miss: Zalo has been seen to send the state back, and been said not to: where it doesn't, this lets
            a callback without one pass. A wrong one never does.

    Raises:
        BadInput: an error or no code, a state that isn't ours, or another account.
    """
    try:
        parsed = urlsplit(callback.strip())
    except ValueError:  # it quotes the address
        raise BadInput("this is no address; copy the whole of the page that the browser ended on") from None
    query = parse_qs(parsed.query or (parsed.path if "=" in parsed.path else ""))
    code, returned_state, account = (query.get(name, [""])[0] for name in ("code", "state", "oa_id"))
    if not code:
        raise BadInput(_describe_missing_code(query))
    if returned_state and not hmac.compare_digest(
        returned_state.encode("utf-8", "replace"), state.encode("utf-8", "replace")
    ):
        raise BadInput("the callback belongs to another login; begin again and use the newest address")
    if not returned_state and not state_may_miss:
        raise BadInput("the callback holds no state; set the option state_may_miss if Zalo doesn't send it back")
    if oa_id and account and account != oa_id:
        raise BadInput(f"account {account} consented, but {oa_id} is configured; log in as its administrator")
    return AuthorizationCode(code, account)


def _describe_missing_code(query: Mapping[str, list[str]]) -> str:
    """Say why there is no code. Only a number is repeated: anybody can write an address."""
    error_code = next((query[name][0] for name in ("error", "error_code") if name in query), "")
    if not error_code:
        return "the callback holds no code: consent was refused, or the address isn't whole; copy all of it"
    code = int(error_code) if _CODE.fullmatch(error_code) else None
    row = classify(Host.OAUTH, code) if code else None
    reason = f"{row.meaning} (code {row.code})" if row else "consent was refused"
    return f"the callback holds an error instead of a code: {reason}; {row.todo if row and row.todo else 'begin again'}"
