"""Pydantic's list of errors, told as one sentence in our own form."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from anninh_core.kernel.errors import BadProfile
from anninh_core.profile import schema
from anninh_core.profile.source import Source

_LONGEST_VALUE = 60
_ADVICE: Mapping[str, str] = {
    "missing": "add it",
    "string_type": "write it in quotes",
    "date_type": "write a date without quotes, such as 2021-08-20",
    "int_type": "write a whole number without quotes",
    "bool_type": "write true or false",
    "too_short": "give at least one",
    "string_too_short": "write something, or leave the key out",
}


def shape_problem(error: ValidationError, source: Source) -> BadProfile:
    """Make the error for the first thing that doesn't fit, with a count of the others."""
    first, *others = error.errors(include_url=False, include_context=False)
    loc = tuple(part for part in first["loc"] if part != "[key]")
    problem, advice = _told(first)
    if others:
        advice += f" ({len(others)} more to correct)"
    return source.bad(_place(loc, source.data), problem, advice)


def _told(first: ErrorDetails) -> tuple[str, str]:
    """Return what is wrong and the way out."""
    if first["type"] == "missing":
        return "it is missing", _ADVICE["missing"]
    if first["type"] == "extra_forbidden":
        return "there is no such key", _spelling(str(first["loc"][-1]))
    value = repr(first["input"])
    if len(value) > _LONGEST_VALUE:
        value = value[:_LONGEST_VALUE] + "…"
    msg = first["msg"].removeprefix("Value error, ")
    return f"{value} doesn't fit", _ADVICE.get(first["type"], f"{msg[:1].lower()}{msg[1:]}")


def _spelling(key: str) -> str:
    known = {name for table in schema.Table.__subclasses__() for name in table.model_fields}
    return f"did you mean {close[0]!r}?" if (close := get_close_matches(key, known, n=1)) else "remove it"


def _place(loc: Sequence[int | str], data: Mapping[str, Any]) -> str:
    """Return `deadlines.transfer_serious.limit`: an entry of a list goes by its id, or else by its number from 1."""
    names: list[str] = []
    at: Any = data
    for part in loc:
        at = at[part] if isinstance(at, list) and isinstance(part, int) and part < len(at) else _entry(at, part)
        names.append(_name(part, at))
    return ".".join(names) or "profile"


def _entry(table: Any, key: int | str) -> Any:
    return table.get(key) if isinstance(table, Mapping) else None


def _name(part: int | str, entry: Any) -> str:
    if isinstance(part, str):
        return part
    label = entry.get("id", entry.get("code")) if isinstance(entry, Mapping) else None
    return label if isinstance(label, str) else str(part + 1)
