"""Identifiers: UUIDv7 as lower-case text, so that they sort by time; and the type of residents' pseudonyms."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from anninh_core.kernel.errors import BadInput

_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

RECEIPT = re.compile(r"(?<![\w-])[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}(?![\w-])")
"""Pattern of a case number, as stored and as sent to its reporter."""

_VARIANT = "89ab89ab89ab89ab"
"""Variant digit of a UUID by the upper four bits of its byte: 0b10, then the lower two of these bits."""

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's alphabet: no I, L, O and U."""

_SPOKEN = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Characters that can't be confused when read aloud. There are 30 of them, so that a random byte selects each with
nearly the same probability.
"""

Pseudonyms = Callable[[str, str], str]
"""Function from a conversation id and the case's `kind:id` to the resident's pseudonym in that case only."""


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


def parse_minute(id: str) -> datetime:
    """Return the minute (UTC) in which one of our ids was made; the id has no finer time (`RandomIds`)."""
    minute = int(id[:8] + id[9:13], 16) // 60_000
    return datetime.fromtimestamp(minute * 60, UTC)


def spell_code(randomness: bytes) -> str:
    """Return a code to read aloud or type by hand, one letter for each byte."""
    return "".join(_SPOKEN[number % len(_SPOKEN)] for number in randomness)


def pick_letters(id: str, count: int) -> str:
    """Return letters and digits from the random part of an id; none can be confused when read aloud.

    Args:
        id: an id of this library.
        count: number of characters, at most ten.
    """
    number = int(id.replace("-", ""), 16)
    return "".join(_CROCKFORD[number >> 5 * place & 31] for place in reversed(range(count)))


def is_id(text: str) -> bool:
    """Return whether a text has the form of a record's id."""
    return _CANONICAL.fullmatch(text) is not None


def require_id(text: str, what: str) -> str:
    """Return `text` if it is a valid id; else raise `BadInput` with a message that names `what`."""
    if not is_id(text):
        raise BadInput(
            "{id!r} isn't a valid id of {kind:record}: ids are lower-case UUIDs of 36 characters; copy one "
            "from a list.",
            kind=what,
            id=text,
        )
    return text
