"""Codes of an authenticator app by RFC 6238: six digits that change every 30 seconds."""

import hmac
from datetime import datetime
from typing import TYPE_CHECKING

from anninh_core.kernel.errors import MissingExtra

if TYPE_CHECKING:
    from pyotp import TOTP

_PERIOD = 30  # Duration of a time step in seconds.
_DRIFT = 1
"""Tolerated error of a phone's clock in time steps, in either direction."""


def draw_secret() -> str:
    """Return a new secret of 160 bits in the format of authenticator apps.

    Raises:
        MissingExtra: pyotp isn't installed.
    """
    try:
        import pyotp  # noqa: PLC0415  many programs never ask for it
    except ImportError:
        raise MissingExtra("a second factor", "accounts") from None
    return pyotp.random_base32()


def build_provisioning_uri(secret: str, name: str, issuer: str) -> str:
    """Return the URI that an authenticator app reads from a QR code."""
    return _load_totp(secret).provisioning_uri(name=name, issuer_name=issuer)


def find_step(secret: str, code: str, at: datetime, last: int) -> int | None:
    """Return the time step of a code, or None if the code is wrong or was used before.

    Args:
        secret: secret of the account.
        code: as it was typed; blanks are ignored.
        at: current time.
        last: newest time step with a used code: no code of this step or an earlier one counts again.
    """
    typed = "".join(code.split())
    totp = _load_totp(secret)
    now = int(at.timestamp()) // _PERIOD
    matching_step = None
    for step in range(now - _DRIFT, now + _DRIFT + 1):
        if hmac.compare_digest(totp.at(step * _PERIOD).encode(), typed.encode(errors="replace")) and step > last:
            matching_step = step
    return matching_step


def _load_totp(secret: str) -> "TOTP":
    try:
        import pyotp  # noqa: PLC0415  as above
    except ImportError:
        raise MissingExtra("a second factor", "accounts") from None
    return pyotp.TOTP(secret, interval=_PERIOD)
