"""Comparable form of a piece of personal data."""

import re

from anninh_core.kernel.redact.emails import plain_email
from anninh_core.kernel.redact.model import PersonalKind
from anninh_core.kernel.redact.normal import normalize

_COUNTRY = "84"
_NATIONAL_LENGTH = 9  # Minimum number of digits of a telephone number without the leading 0.
_LENGTH_FROM_ABROAD = 11  # Minimum number of digits of a telephone number with the country code.


def canonical(kind: PersonalKind, piece: str) -> str:
    """Return the comparable form of a piece of text that was found, or stored, as personal data of a kind.

    A phone number is its national digits with the leading 0 ("0912345678"; a foreign one keeps its "+"), a card,
    passport or account its digits and letters in capitals, a plate too, with Đ as D, an e-mail address is in lower case
    with @ and dots. A link stays as it is, up to encoding.

    Args:
        piece: as written, with separators, in any digits.
    """
    normal = normalize(piece)
    if kind == "link":
        return normal.text.strip()
    if kind == "email":
        return plain_email(normal.plain)
    if kind == "phone":
        return _national_number(normal.plain)
    return re.sub(r"[^a-z0-9]", "", normal.plain).upper()


def _national_number(written: str) -> str:
    digits = re.sub(r"\D", "", written)
    is_foreign_form = written.lstrip(" (").startswith("+") or digits.startswith("00")
    if digits.startswith(f"0{_COUNTRY}") and len(digits) > _LENGTH_FROM_ABROAD:
        digits = digits.removeprefix("0")
    digits = digits.removeprefix("00") if digits.startswith("00") else digits
    if digits.startswith(_COUNTRY) and len(digits) >= _LENGTH_FROM_ABROAD:
        return f"0{digits.removeprefix(_COUNTRY).lstrip('0')}"
    if is_foreign_form:
        return f"+{digits}"
    return digits if digits.startswith("0") or len(digits) != _NATIONAL_LENGTH else f"0{digits}"
