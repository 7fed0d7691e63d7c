"""Identifiers: UUIDv7 as lower-case text, so that they sort by time; and what handlers call a resident."""

import re
from hashlib import sha256

from anninh_core.kernel.errors import BadInput

_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

_VARIANT = "89ab" * 4
"""The digit of the variant by the four bits that stand in its place: 0b10, then the lower two of them."""

_PSEUDONYM_DIGITS = 12
_PSEUDONYM_MARK = "p-"  # which no id has


def uuid7(unix_ms: int, randomness: bytes) -> str:
    """Build a UUIDv7 (RFC 9562) from a time and ten random bytes.

    Args:
        unix_ms: milliseconds since 1970, below 2**48.
        randomness: exactly ten bytes.
    """
    if len(randomness) != 10 or not 0 <= unix_ms < 1 << 48:
        raise BadInput(
            f"a UUIDv7 takes ten random bytes and a time below 2**48 ms, not {len(randomness)} and {unix_ms}"
        )
    time, random_hex = f"{unix_ms:012x}", randomness.hex()
    variant = _VARIANT[randomness[2] >> 4]
    return f"{time[:8]}-{time[8:]}-7{random_hex[1:4]}-{variant}{random_hex[5:8]}-{random_hex[8:]}"


def require_id(text: str, what: str) -> str:
    """Return `text` if it is one of our ids, else raise `BadInput` naming `what`."""
    if not _CANONICAL.fullmatch(text):
        raise BadInput(f"{what} {text!r} is not an id of this library (a lower-case UUID)")
    return text


def case_pseudonym(resident: str, case: str) -> str:
    """Return the name of a resident in one case: it tells the messenger, and no other case of theirs.

    Args:
        resident: conversation id, `<messenger instance>.<random>`; "" for nobody. A pseudonym stays as it is.
        case: what the name is for, such as `tip:<id>`.
    """
    messenger, _, id = resident.rpartition(".")
    if not resident or id.startswith(_PSEUDONYM_MARK):
        return resident
    digest = sha256(f"{case}\0{resident}".encode()).hexdigest()
    return f"{messenger}.{_PSEUDONYM_MARK}{digest[:_PSEUDONYM_DIGITS]}"
