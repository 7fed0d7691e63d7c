"""From what a form sent to an operation's arguments as JSON has them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from anninh_core.kernel.dates import VIETNAM
from anninh_core.operations.inputs import InputField, InputKind

Sent = Mapping[str, Sequence[str]]
"""The fields of a form by name, each with all that was sent under it."""


def arguments_from(fields: Iterable[InputField], sent: Sent) -> dict[str, Any]:
    """Return arguments; what was left empty is left out, where the operation can do without."""
    arguments: dict[str, Any] = {}
    for one in fields:
        value = _value(one, sent)
        if value is not None:
            put_at(arguments, one.path, value)
    return arguments


def put_at(arguments: dict[str, Any], path: str, value: object) -> None:
    """Put a value where a path such as `piece.title` says."""
    *groups, name = path.split(".")
    for group in groups:
        arguments = arguments.setdefault(group, {})
    arguments[name] = value


def _value(field: InputField, sent: Sent) -> object:
    """Return a field's value, None to leave it out."""
    values = [value.replace("\r\n", "\n") for value in sent.get(field.path, ())]
    if field.kind is InputKind.GROUP:
        return _rows(field, sent) or None
    if field.kind is InputKind.MAPPING:
        return _pairs(field, sent) or None
    if field.kind is InputKind.YES:
        return _yes(values, field)
    if field.many:
        texts = values if field.choices or len(values) > 1 else "".join(values).split("\n")
        given = [_plain(field.kind, text.strip()) for text in texts if text.strip()]
        return given if given or field.required else None
    text = values[-1] if values else ""
    if not text.strip():
        return "" if field.required and field.kind in (InputKind.TEXT, InputKind.WORDS) and values else None
    return _plain(field.kind, text)


def _yes(values: Sequence[str], field: InputField) -> bool | None:
    """Return what was ticked or chosen; what has to be chosen and wasn't is left out."""
    if values:
        return values[-1] == "yes"
    return None if field.required else False


def _plain(kind: InputKind, text: str) -> object:
    """Return a value as JSON has it; what can't be read stays a text, which the operation refuses."""
    if kind in (InputKind.NUMBER, InputKind.DECIMAL):
        return _number(text.strip(), whole=kind is InputKind.NUMBER)
    if kind is InputKind.MOMENT:
        return _moment(text.strip())
    return text if kind is InputKind.WORDS else text.strip()


def _number(text: str, *, whole: bool) -> object:
    try:
        return int(text) if whole else float(text.replace(",", "."))
    except ValueError:
        return text


def _moment(text: str) -> str:
    """Return a moment with the time zone that officers' clocks have."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (at if at.tzinfo else at.replace(tzinfo=VIETNAM)).isoformat()


def _rows(field: InputField, sent: Sent) -> list[dict[str, Any]]:
    """Return the rows of a group, whose fields are called `PATH.NUMBER.NAME`; empty rows are left out."""
    numbers = sorted({name.split(".")[1] for name in sent if name.startswith(f"{field.path}.") and name.count(".") > 1})
    rows = []
    for number in numbers:
        prefix = f"{field.path}.{number}."
        own = {name.removeprefix(prefix): values for name, values in sent.items() if name.startswith(prefix)}
        if any(value.strip() for values in own.values() for value in values):
            rows.append(arguments_from(field.parts, own))
    return rows


def _pairs(field: InputField, sent: Sent) -> dict[str, Any]:
    """Return a mapping, whose values are called `PATH.KEY`; empty ones are left out."""
    prefix = f"{field.path}."
    (value,) = field.parts
    return {
        name.removeprefix(prefix): _plain(value.kind, values[-1])
        for name, values in sent.items()
        if name.startswith(prefix) and values and values[-1].strip()
    }
