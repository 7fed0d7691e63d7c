"""Conversion of pydantic's errors to faults of a profile."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from anninh_core.kernel.sentences import Sentence
from anninh_core.profile.faults import ProfileFault
from anninh_core.profile.shapes import TomlTable
from anninh_core.profile.source import ProfileSource

T = TypeVar("T", bound=TomlTable)
_MAX_VALUE_LENGTH = 60
_ADVICE: Mapping[str, str] = {
    "missing": Sentence("add it"),
    "string_type": Sentence("write it in quotes"),
    "date_type": Sentence("write a date without quotes, such as 2021-08-20"),
    "int_type": Sentence("write a whole number without quotes"),
    "bool_type": Sentence("write true or false"),
    "float_type": Sentence("write a number"),
    "dict_type": Sentence("write it as a table"),
    "model_type": Sentence("write it as a table"),
    "list_type": Sentence("write it as a list in square brackets"),
    "too_short": Sentence("list at least one"),
    "string_too_short": Sentence("write a text, or leave out the key"),
}


def check_shape(model: type[T], source: ProfileSource) -> tuple[T | None, list[ProfileFault]]:
    """Return the content of a profile's files as tables, and the faults of their shape.

    If only optional keys are wrong, the tables come without them, so that the rest can be checked further.
    """
    try:
        return model.model_validate(dict(source.data)), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    faults = [_to_fault(detail, source) for detail in details]
    try:
        return model.model_validate(_remove_places([detail["loc"] for detail in details], source.data)), faults
    except ValidationError:
        return None, faults


def _remove_places(places: Sequence[Sequence[int | str]], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a profile's data without the values at some places; entries of lists stay, as a removal would renumber the
    others.
    """
    rest = deepcopy(dict(data))
    for place in places:
        table: Any = rest
        for part in place[:-1]:
            table = _get_entry(table, part)
        if isinstance(table, dict):
            table.pop(place[-1], None)
    return rest


def _to_fault(error: ErrorDetails, source: ProfileSource) -> ProfileFault:
    loc = tuple(part for part in error["loc"] if part != "[key]")
    problem, advice = _describe_error(error)
    return source.build_fault(_error_place(loc, source.data), problem, advice)


def _describe_error(error: ErrorDetails) -> tuple[str, str]:
    """Return sentences about an error of pydantic: the fault and its remedy."""
    if error["type"] == "missing":
        return Sentence("it is missing"), _ADVICE["missing"]
    if error["type"] == "extra_forbidden":
        return Sentence("this key doesn't exist"), _suggest_key(str(error["loc"][-1]))
    value = repr(error["input"])
    if len(value) > _MAX_VALUE_LENGTH:
        value = value[:_MAX_VALUE_LENGTH] + "…"
    return Sentence("{text} isn't valid", text=value), _ADVICE.get(error["type"]) or _describe_limit(error)


def _describe_limit(error: ErrorDetails) -> str:
    """Return a sentence about the values that are allowed, for an error of pydantic; in pydantic's words if this module
    has none for its type.
    """
    limits = error.get("ctx", {})
    match error["type"]:
        case "greater_than_equal":
            return Sentence("write at least {least}", least=limits["ge"])
        case "less_than_equal":
            return Sentence("write at most {most}", most=limits["le"])
        case "greater_than":
            return Sentence("write more than {bound}", bound=limits["gt"])
        case "literal_error":
            return Sentence("choose one of {allowed}", allowed=limits["expected"].replace(" or ", ", "))
        case "value_error":
            return str(limits["error"])  # The error was raised by a validator of this library.
        case _:
            return error["msg"][:1].lower() + error["msg"][1:]


def _suggest_key(key: str) -> str:
    known_keys = {name for table in TomlTable.__subclasses__() for name in table.model_fields}
    return (
        Sentence("did you mean {suggestion!r}?", suggestion=close[0])
        if (close := get_close_matches(key, known_keys, n=1))
        else Sentence("remove it")
    )


def _error_place(loc: Sequence[int | str], data: Mapping[str, Any]) -> str:
    """Return the place of an error, such as `deadlines.transfer_serious.limit`: a list's entry is named by its id, or
    else by its number from 1.
    """
    names: list[str] = []
    current: Any = data
    for part in loc:
        current = _get_entry(current, part)
        names.append(_name_entry(part, current))
    return ".".join(names) or "profile"


def _get_entry(table: Any, key: int | str) -> Any:
    if isinstance(table, list):
        return table[key] if isinstance(key, int) and key < len(table) else None
    return table.get(key) if isinstance(table, Mapping) else None


def _name_entry(part: int | str, entry: Any) -> str:
    if isinstance(part, str):
        return part
    label = entry.get("id", entry.get("code")) if isinstance(entry, Mapping) else None
    return label if isinstance(label, str) else str(part + 1)
