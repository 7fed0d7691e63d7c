"""Pydantic's list of errors, told as one sentence in our own form."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from anninh_core.kernel.errors import BadProfile
from anninh_core.profile.shapes import TomlTable
from anninh_core.profile.source import ProfileSource

_MAX_VALUE_LENGTH = 60
_ADVICE: Mapping[str, str] = {
    "missing": "add it",
    "string_type": "write it in quotes",
    "date_type": "write a date without quotes, such as 2021-08-20",
    "int_type": "write a whole number without quotes",
    "bool_type": "write true or false",
    "too_short": "give at least one",
    "string_too_short": "write something, or leave the key out",
}


def shape_problem(error: ValidationError, source: ProfileSource) -> BadProfile:
    """Make the error for the first thing that doesn't fit, with a count of the others."""
    first, *others = error.errors(include_url=False, include_context=False)
    loc = tuple(part for part in first["loc"] if part != "[key]")
    problem, advice = _describe_error(first)
    if others:
        advice += f" ({len(others)} more to correct)"
    return source.error_at(_error_place(loc, source.data), problem, advice)


def _describe_error(first: ErrorDetails) -> tuple[str, str]:
    """Return what is wrong and the way out."""
    if first["type"] == "missing":
        return "it is missing", _ADVICE["missing"]
    if first["type"] == "extra_forbidden":
        return "there is no such key", _suggest_key(str(first["loc"][-1]))
    value = repr(first["input"])
    if len(value) > _MAX_VALUE_LENGTH:
        value = value[:_MAX_VALUE_LENGTH] + "…"
    msg = first["msg"].removeprefix("Value error, ")
    return f"{value} doesn't fit", _ADVICE.get(first["type"], f"{msg[:1].lower()}{msg[1:]}")


def _suggest_key(key: str) -> str:
    known_keys = {name for table in TomlTable.__subclasses__() for name in table.model_fields}
    return f"did you mean {close[0]!r}?" if (close := get_close_matches(key, known_keys, n=1)) else "remove it"


def _error_place(loc: Sequence[int | str], data: Mapping[str, Any]) -> str:
    """Return `deadlines.transfer_serious.limit`: an entry of a list goes by its id, or else by its number from 1."""
    names: list[str] = []
    current: Any = data
    for part in loc:
        current = (
            current[part]
            if isinstance(current, list) and isinstance(part, int) and part < len(current)
            else _entry(current, part)
        )
        names.append(_name(part, current))
    return ".".join(names) or "profile"


def _entry(table: Any, key: int | str) -> Any:
    return table.get(key) if isinstance(table, Mapping) else None


def _name(part: int | str, entry: Any) -> str:
    if isinstance(part, str):
        return part
    label = entry.get("id", entry.get("code")) if isinstance(entry, Mapping) else None
    return label if isinstance(label, str) else str(part + 1)
