"""What a form carries to show that the page it stands on was made for this sign-in."""

import base64
import hashlib
import hmac
import secrets

FORM_TOKEN = "form_token"  # noqa: S105  a name, no token
"""Name of the field, the first of each form."""

_SIZE = 32
_ABOUT = b"a form of the board\0"


class WrongFormToken(Exception):
    """A form doesn't begin with a token that was made for its sender's sign-in."""


def make_form_token(session_token: str) -> str:
    """Return a form's token, another one each time, so that its letters tell nothing of the one below the mask."""
    mask = secrets.token_bytes(_SIZE)
    return base64.urlsafe_b64encode(mask + _xor(mask, _digest(session_token))).decode()


def is_form_token(token: str, session_token: str) -> bool:
    """Tell whether a form's token was made for a sign-in."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        return False
    return len(raw) == 2 * _SIZE and hmac.compare_digest(_xor(raw[:_SIZE], raw[_SIZE:]), _digest(session_token))


def _digest(session_token: str) -> bytes:
    return hashlib.sha256(_ABOUT + session_token.encode()).digest()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
