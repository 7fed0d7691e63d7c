"""Codes of an authenticator app by RFC 6238: six figures that change every 30 seconds."""

import hmac
from datetime import datetime
from typing import TYPE_CHECKING

from anninh_core.kernel.errors import MissingExtra

if TYPE_CHECKING:
    from pyotp import TOTP

_PERIOD = 30  # seconds
_DRIFT = 1
"""Steps by which a telephone's clock may be wrong, forwards and backwards."""


def draw_secret() -> str:
    """Return a new secret of 160 bits, as authenticator apps take it.

    Raises:
        MissingExtra: pyotp isn't installed.
    """
    try:
        import pyotp  # noqa: PLC0415  many programs never ask for it
    except ImportError:
        raise MissingExtra("a second factor", "accounts") from None
    return pyotp.random_base32()


def provisioning_uri(secret: str, name: str, issuer: str) -> str:
    """Return what an authenticator app reads from a square code."""
    return _load(secret).provisioning_uri(name=name, issuer_name=issuer)


def find_step(secret: str, code: str, at: datetime, last: int) -> int | None:
    """Return the step of time that a code is of, None for a wrong one.

    Args:
        secret: of the account.
        code: as it was typed; blanks are left out.
        at: now.
        last: the newest step of which a code was taken: none of it or before it counts again.
    """
    typed = "".join(code.split())
    totp = _load(secret)
    now = int(at.timestamp()) // _PERIOD
    found = None
    for step in range(now - _DRIFT, now + _DRIFT + 1):
        if hmac.compare_digest(totp.at(step * _PERIOD).encode(), typed.encode(errors="replace")) and step > last:
            found = step
    return found


def _load(secret: str) -> "TOTP":
    try:
        import pyotp  # noqa: PLC0415  as above
    except ImportError:
        raise MissingExtra("a second factor", "accounts") from None
    return pyotp.TOTP(secret, interval=_PERIOD)
