"""Conversion of the fields of a submitted form to an operation's arguments as JSON values."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from anninh_core.kernel.dates import VIETNAM
from anninh_core.operations.inputs import InputField, InputKind

Sent = Mapping[str, Sequence[str]]
"""The fields of a form by name, each with all submitted values."""


def read_arguments(fields: Iterable[InputField], sent: Sent) -> dict[str, Any]:
    """Return the arguments; empty fields are omitted if the operation doesn't require them."""
    arguments: dict[str, Any] = {}
    for input_field in fields:
        value = _read_field(input_field, sent)
        if value is not None:
            set_at_path(arguments, input_field.path, value)
    return arguments


def set_at_path(arguments: dict[str, Any], path: str, value: object) -> None:
    """Set the value at a path such as `piece.title`."""
    *groups, name = path.split(".")
    for group in groups:
        arguments = arguments.setdefault(group, {})
    arguments[name] = value


def _read_field(field: InputField, sent: Sent) -> object:
    """Return a field's value, or None to omit it."""
    values = [value.replace("\r\n", "\n") for value in sent.get(field.path, ())]
    if field.kind is InputKind.GROUP:
        return _read_group_rows(field, sent) or None
    if field.kind is InputKind.MAPPING:
        return _read_mapping(field, sent) or None
    if field.kind is InputKind.YES:
        return _read_yes(values, field)
    if field.many:
        texts = values if field.choices or len(values) > 1 else "".join(values).split("\n")
        plain_values = [_convert_text(field.kind, text.strip()) for text in texts if text.strip()]
        return plain_values if plain_values or field.required else None
    text = values[-1] if values else ""
    if not text.strip():
        return "" if field.required and field.kind in (InputKind.TEXT, InputKind.WORDS) and values else None
    return _convert_text(field.kind, text)


def _read_yes(values: Sequence[str], field: InputField) -> bool | None:
    """Return the ticked or chosen value, or None if a required choice is missing."""
    if values:
        return values[-1] == "yes"
    return None if field.required else False


def _convert_text(kind: InputKind, text: str) -> object:
    """Return a text as a JSON value; unreadable text stays a string, which the operation rejects."""
    if kind in (InputKind.NUMBER, InputKind.DECIMAL):
        return _parse_number(text.strip(), whole=kind is InputKind.NUMBER)
    if kind is InputKind.MOMENT:
        return _parse_moment(text.strip())
    return text if kind is InputKind.WORDS else text.strip()


def _parse_number(text: str, *, whole: bool) -> object:
    try:
        return int(text) if whole else float(text.replace(",", "."))
    except ValueError:
        return text


def _parse_moment(text: str) -> str:
    """Return a moment in ISO format, with Vietnam's time zone if the text has none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (at if at.tzinfo else at.replace(tzinfo=VIETNAM)).isoformat()


def _read_group_rows(field: InputField, sent: Sent) -> list[dict[str, Any]]:
    """Return the rows of a group from the fields named `PATH.NUMBER.NAME`, without empty rows."""
    numbers = sorted({name.split(".")[1] for name in sent if name.startswith(f"{field.path}.") and name.count(".") > 1})
    rows = []
    for number in numbers:
        prefix = f"{field.path}.{number}."
        row = {name.removeprefix(prefix): values for name, values in sent.items() if name.startswith(prefix)}
        if any(value.strip() for values in row.values() for value in values):
            rows.append(read_arguments(field.parts, row))
    return rows


def _read_mapping(field: InputField, sent: Sent) -> dict[str, Any]:
    """Return a mapping from the fields named `PATH.KEY`, without empty values."""
    prefix = f"{field.path}."
    (value,) = field.parts
    return {
        name.removeprefix(prefix): _convert_text(value.kind, values[-1])
        for name, values in sent.items()
        if name.startswith(prefix) and values and values[-1].strip()
    }
