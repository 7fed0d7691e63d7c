"""Form tokens, each a proof that the form's page was made for this session."""

import base64
import hashlib
import hmac
import secrets

FORM_TOKEN = "form_token"  # noqa: S105  a name, no token
"""Name of the token's field, the first field of each form."""

_SIZE = 32
_ABOUT = b"a form of the board\0"


class WrongFormToken(Exception):
    """Raised if the first field of a form isn't a token made for the sender's session."""


def make_form_token(session_token: str) -> str:
    """Return a form token, masked differently each time, so that its characters reveal nothing of the digest below the
    mask.
    """
    mask = secrets.token_bytes(_SIZE)
    return base64.urlsafe_b64encode(mask + _xor(mask, _digest(session_token))).decode()


def is_form_token(token: str, session_token: str) -> bool:
    """Return whether a form token was made for a session."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        return False
    return len(raw) == 2 * _SIZE and hmac.compare_digest(_xor(raw[:_SIZE], raw[_SIZE:]), _digest(session_token))


def _digest(session_token: str) -> bytes:
    return hashlib.sha256(_ABOUT + session_token.encode()).digest()


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
