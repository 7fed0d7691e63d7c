"""Identifiers: UUIDv7 as lower-case text, so that they sort by time; and what handlers call a resident."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from anninh_core.kernel.errors import BadInput

_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

RECEIPT = re.compile(r"(?<![\w-])[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}(?![\w-])")
"""A case number as it is stored and told to its reporter."""

_VARIANT = "89ab89ab89ab89ab"
"""The digit of the variant by the four bits that stand in its place: 0b10, then the lower two of them."""

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O and U."""

_SPOKEN = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters of which none is misread aloud, as many as make the choice by a byte nearly even."""

Pseudonyms = Callable[[str, str], str]
"""Returns what handlers call a resident: conversation id and `kind:id` of the case -> a name of that case alone."""


def uuid7(unix_ms: int, randomness: bytes) -> str:
    """Build a UUIDv7 (RFC 9562) from a time and ten random bytes.

    Args:
        unix_ms: milliseconds since 1970, below 2**48.
        randomness: exactly ten bytes.
    """
    if len(randomness) != 10 or not 0 <= unix_ms < 1 << 48:
        raise BadInput(
            "A UUIDv7 can't be made from {count} random bytes and a time of {milliseconds} ms: use ten bytes "
            "and a time from 0 to below 2**48 ms.",
            count=len(randomness),
            milliseconds=unix_ms,
        )
    time = f"{unix_ms:012x}"
    random_hex = randomness.hex()
    variant = _VARIANT[randomness[2] >> 4]
    return f"{time[:8]}-{time[8:]}-7{random_hex[1:4]}-{variant}{random_hex[5:8]}-{random_hex[8:]}"


def minute_of(id: str) -> datetime:
    """Return the minute, in UTC, in which one of our ids was made; it tells no more than that (`RandomIds`)."""
    minute = int(id[:8] + id[9:13], 16) // 60_000
    return datetime.fromtimestamp(minute * 60, UTC)


def spell(randomness: bytes) -> str:
    """Return a code to be read aloud or typed by hand, a letter for each byte."""
    return "".join(_SPOKEN[number % len(_SPOKEN)] for number in randomness)


def letters_of(id: str, count: int) -> str:
    """Return letters and digits that follow from the random part of an id; none is misread aloud.

    Args:
        id: one of ours.
        count: how many, at most ten.
    """
    number = int(id.replace("-", ""), 16)
    return "".join(_CROCKFORD[number >> 5 * place & 31] for place in reversed(range(count)))


def is_id(text: str) -> bool:
    """Return whether a text has the form of a record's id."""
    return _CANONICAL.fullmatch(text) is not None


def require_id(text: str, what: str) -> str:
    """Return `text` if it is one of our ids, else raise `BadInput` naming `what`."""
    if not is_id(text):
        raise BadInput(
            "{id!r} isn't a valid id of {kind:record}: ids are lower-case UUIDs of 36 characters; copy one "
            "from a list.",
            kind=what,
            id=text,
        )
    return text
