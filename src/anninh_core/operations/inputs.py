"""What an operation takes, told so that a form can be made of it: one field for each plain value."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum, StrEnum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, evolve, fields, frozen, has

from anninh_core.operations.operation import Operation
from anninh_core.operations.requests import arguments_of
from anninh_core.usecase.arguments import base_of, find_alias
from anninh_core.vocabulary.messages import Attachment


class InputKind(StrEnum):
    """What somebody has to give."""

    TEXT = "text"
    """A line; an id or a word of the profile too."""
    WORDS = "words"
    """Sentences."""
    YES = "yes"
    NUMBER = "number"
    DECIMAL = "decimal"
    DAY = "day"
    MOMENT = "moment"
    TIME = "time"
    CHOICE = "choice"
    """One of a closed list."""
    FILE = "file"
    """The id of an upload."""
    GROUP = "group"
    """Several of what has fields of its own."""
    MAPPING = "mapping"


@frozen(kw_only=True)
class InputField:
    """Something that an operation takes.

    Attributes:
        path: such as `piece.title`.
        many: whether it is a list of these.
        note: what such an argument means wherever nothing else is said of it, a message; "" for nothing.
        choices: the values of a closed list.
        words: class of the closed list, "" where it has no name.
        type: name of its argument type, such as `TipId`; "" for a plain one.
        source: name of the list that values come from; see `list_choices`. "" for none.
        is_open: whether other values than those of the source are accepted.
        lines: lines that a text is given at first; 0 for one.
        longest: characters of a text at most, None for what the profile's words have.
        parts: the fields of a group, or what a mapping's values are.
        default: what counts where it is left out, as JSON has it; None where nothing does.
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
    """Return what an operation takes, in order; an input class that stands alone is told by its fields."""
    return tuple(
        found
        for one in arguments_of(operation.verb)
        for found in _describe(one.name, one.annotation, one.default is one.empty, _plain(one.default, one.empty))
    )


_KINDS: Sequence[tuple[type, InputKind]] = (
    (bool, InputKind.YES),
    (int, InputKind.NUMBER),
    (float, InputKind.DECIMAL),
    (datetime, InputKind.MOMENT),
    (date, InputKind.DAY),
    (time, InputKind.TIME),
)


def _describe(path: str, annotation: Any, required: bool, default: object) -> Iterator[InputField]:
    if find_alias(annotation) is None:
        annotation = base_of(annotation)
    origin = get_origin(annotation)
    inner = get_args(annotation)
    if origin in (Union, UnionType):
        (one,) = (each for each in inner if each is not NoneType)
        yield from _describe(path, one, False, default)
    elif origin in (Sequence, frozenset) or (origin is tuple and inner[1:] == (Ellipsis,)):
        yield _many(path, inner[0], required)
    elif origin is Mapping:
        (value,) = _describe("", inner[1], True, None)
        yield InputField(path=path, kind=InputKind.MAPPING, required=required, parts=(value,))
    elif isinstance(annotation, type) and has(annotation) and annotation is not Attachment:
        yield from _parts(annotation, f"{path}.", required)
    else:
        yield _one(path, annotation, required, default)


def _many(path: str, item: Any, required: bool) -> InputField:
    if isinstance(item, type) and has(item) and item is not Attachment:
        parts = tuple(_parts(item, "", required=True))
        return InputField(path=path, kind=InputKind.GROUP, required=required, many=True, parts=parts)
    (one,) = _describe(path, item, required, None)
    return evolve(one, required=required, many=True, default=None)


def _parts(cls: type, prefix: str, required: bool) -> Iterator[InputField]:
    hints = get_type_hints(cls, include_extras=True)
    for one in fields(cls):
        if one.init:
            needed = required and one.default is NOTHING
            yield from _describe(f"{prefix}{one.name}", hints[one.name], needed, _plain(one.default, NOTHING))


def _one(path: str, annotation: Any, required: bool, default: object) -> InputField:
    alias = find_alias(annotation)
    base = base_of(annotation)
    source = alias.choices if alias else ""
    if base is bytes or base is Attachment or (alias is not None and alias.name == "StoredFile"):
        return InputField(path=path, kind=InputKind.FILE, required=required)
    if get_origin(base) is Literal:
        values = tuple(map(str, get_args(base)))
        return _choice(path, values, "", source, required=required, default=default)
    if isinstance(base, type) and issubclass(base, Enum):
        values = tuple(str(member.value) for member in base)
        return _choice(path, values, base.__name__, source, required=required, default=default)
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


def _choice(
    path: str, values: tuple[str, ...], list_name: str, source: str, *, required: bool, default: object
) -> InputField:
    """Return the field of a closed list; a source offers some of its values."""
    return InputField(
        path=path,
        kind=InputKind.CHOICE,
        required=required,
        choices=values,
        words=list_name,
        source=source,
        default=default,
    )


def _plain(default: object, missing: object) -> object:
    """Return a default as JSON has it, None where there is none or where it is nothing that a form shows."""
    if default is missing or default in (date.min, date.max):
        return None
    if isinstance(default, Enum):
        return default.value
    return default if isinstance(default, str | int | float | bool) else None
