"""Description of an operation's inputs for forms, with one field for each plain value."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum, StrEnum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, evolve, fields, frozen, has

from anninh_core.operations.operation import Operation
from anninh_core.operations.requests import list_arguments
from anninh_core.usecase.arguments import find_alias, get_inner_type
from anninh_core.vocabulary.messages import Attachment


class InputKind(StrEnum):
    """Kind of a value that a person enters in a form."""

    TEXT = "text"
    """A line of text; also an id or a code of the profile."""
    WORDS = "words"
    """A text of several sentences."""
    YES = "yes"
    NUMBER = "number"
    DECIMAL = "decimal"
    DAY = "day"
    MOMENT = "moment"
    TIME = "time"
    CHOICE = "choice"
    """A value of a closed list."""
    FILE = "file"
    """The id of an upload."""
    GROUP = "group"
    """Several values that have fields of their own."""
    MAPPING = "mapping"


@frozen(kw_only=True)
class InputField:
    """An input field for an argument of an operation.

    Attributes:
        path: path of the argument, such as `piece.title`.
        many: whether it is a list of such values.
        note: default description of this type of argument, a message; "" for none.
        choices: the values of a closed list.
        words: class of the closed list, "" if it has no name.
        type: name of its argument type, such as `TipId`; "" for a plain type.
        source: name of the list of choices, see `list_choices`; "" for none.
        is_open: whether other values than those of the source are accepted.
        lines: initial number of lines of a text field; 0 for a single line.
        longest: greatest number of characters of a text; None for the limit of the profile's texts.
        parts: the fields of a group, or the field of a mapping's values.
        default: value if the input is omitted, as JSON; None for none.
    """

    path: str
    kind: InputKind
    required: bool
    many: bool = False
    choices: tuple[str, ...] = ()
    words: str = ""
    type: str = ""
    note: str = ""
    source: str = ""
    is_open: bool = True
    lines: int = 0
    longest: int | None = None
    parts: tuple["InputField", ...] = ()
    default: object = None


def describe_inputs(operation: Operation) -> tuple[InputField, ...]:
    """Return the input fields of an operation, in order; a single input class is replaced by its fields."""
    return tuple(
        input_field
        for parameter in list_arguments(operation.verb)
        for input_field in _describe_argument(
            parameter.name,
            parameter.annotation,
            parameter.default is parameter.empty,
            _to_json_default(parameter.default, parameter.empty),
        )
    )


_KINDS: Sequence[tuple[type, InputKind]] = (
    (bool, InputKind.YES),
    (int, InputKind.NUMBER),
    (float, InputKind.DECIMAL),
    (datetime, InputKind.MOMENT),
    (date, InputKind.DAY),
    (time, InputKind.TIME),
)


def _describe_argument(path: str, annotation: Any, required: bool, default: object) -> Iterator[InputField]:
    if find_alias(annotation) is None:
        annotation = get_inner_type(annotation)
    origin = get_origin(annotation)
    inner = get_args(annotation)
    if origin in (Union, UnionType):
        (inner_type,) = (member for member in inner if member is not NoneType)
        yield from _describe_argument(path, inner_type, False, default)
    elif origin in (Sequence, frozenset) or (origin is tuple and inner[1:] == (Ellipsis,)):
        yield _describe_list(path, inner[0], required)
    elif origin is Mapping:
        (value,) = _describe_argument("", inner[1], True, None)
        yield InputField(path=path, kind=InputKind.MAPPING, required=required, parts=(value,))
    elif isinstance(annotation, type) and has(annotation) and annotation is not Attachment:
        yield from _describe_class(annotation, f"{path}.", required)
    else:
        yield _describe_plain(path, annotation, required, default)


def _describe_list(path: str, item: Any, required: bool) -> InputField:
    if isinstance(item, type) and has(item) and item is not Attachment:
        parts = tuple(_describe_class(item, "", required=True))
        return InputField(path=path, kind=InputKind.GROUP, required=required, many=True, parts=parts)
    (item_field,) = _describe_argument(path, item, required, None)
    return evolve(item_field, required=required, many=True, default=None)


def _describe_class(cls: type, prefix: str, required: bool) -> Iterator[InputField]:
    hints = get_type_hints(cls, include_extras=True)
    for attribute in fields(cls):
        if attribute.init:
            needed = required and attribute.default is NOTHING
            yield from _describe_argument(
                f"{prefix}{attribute.name}", hints[attribute.name], needed, _to_json_default(attribute.default, NOTHING)
            )


def _describe_plain(path: str, annotation: Any, required: bool, default: object) -> InputField:
    alias = find_alias(annotation)
    base = get_inner_type(annotation)
    source = alias.choices if alias else ""
    if base is bytes or base is Attachment or (alias is not None and alias.name == "StoredFile"):
        return InputField(path=path, kind=InputKind.FILE, required=required)
    if get_origin(base) is Literal:
        values = tuple(map(str, get_args(base)))
        return _build_choice_field(path, values, "", source, required=required, default=default)
    if isinstance(base, type) and issubclass(base, Enum):
        values = tuple(str(member.value) for member in base)
        return _build_choice_field(path, values, base.__name__, source, required=required, default=default)
    kind = next((kind for type, kind in _KINDS if base is type), None)
    if kind is None:
        kind = InputKind.WORDS if alias and alias.lines else InputKind.TEXT
    return InputField(
        path=path,
        kind=kind,
        required=required,
        type=alias.name if alias else "",
        note=alias.note if alias else "",
        source=source,
        is_open=alias.is_open if alias else True,
        lines=alias.lines if alias else 0,
        longest=alias.longest if alias and base is str else None,
        default=default,
    )


def _build_choice_field(
    path: str, values: tuple[str, ...], list_name: str, source: str, *, required: bool, default: object
) -> InputField:
    """Return the input field for a closed list; a source offers some of its values."""
    return InputField(
        path=path,
        kind=InputKind.CHOICE,
        required=required,
        choices=values,
        words=list_name,
        source=source,
        default=default,
    )


def _to_json_default(default: object, missing: object) -> object:
    """Return a default value as JSON, or None if there is no default or a form can't show it."""
    if default is missing or default in (date.min, date.max):
        return None
    if isinstance(default, Enum):
        return default.value
    return default if isinstance(default, str | int | float | bool) else None
