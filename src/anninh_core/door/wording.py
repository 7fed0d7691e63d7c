"""What msgspec says of a value, in words for whoever wrote it."""

import re
from enum import Enum
from typing import Any, get_args

_SENTENCES = (
    (re.compile(r"Object missing required field `[^`]*`"), "is missing"),
    (re.compile(r"Object contains unknown field `[^`]*`"), "is no field of it"),
    (re.compile(r"Expected `str` of length <= (\d+)"), r"is longer than {0} signs"),
    (re.compile(r"Expected `array` of (?:at most length|length <=) (\d+)"), "has more than {0} entries"),
    (re.compile(r"Expected `(?:int|float)` <= (\S+)"), "is more than {0}"),
    (re.compile(r"Expected `(?:int|float)` >= (\S+)"), "is less than {0}"),
    (re.compile(r"Expected `datetime` with a timezone component"), "lacks its time zone, such as +07:00"),
    (re.compile(r"Invalid RFC3339 encoded datetime"), "is no moment such as 2021-09-18T08:00:00+07:00"),
    (re.compile(r"Invalid RFC3339 encoded date"), "is no day such as 2021-09-18"),
)


def explain(message: str, wire: Any = None) -> str:
    """Return a sentence without the name of the value.

    Args:
        message: of msgspec.
        wire: the type that was expected, where it is known: the words of an enumeration are told.
    """
    for pattern, sentence in _SENTENCES:
        if found := pattern.fullmatch(message):
            return sentence.format(*found.groups())
    if message.startswith("Invalid enum value") and (words := closed_words(wire)):
        return f"is none of {', '.join(words)}"
    return message[:1].lower() + message[1:]


def closed_words(wire: Any) -> tuple[str, ...]:
    """Return the values of the enumeration that a type is or holds, () where it holds none."""
    if isinstance(wire, type) and issubclass(wire, Enum):
        return tuple(str(member.value) for member in wire)
    return next((words for inner in get_args(wire) if (words := closed_words(inner))), ())
