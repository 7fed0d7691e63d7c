"""Conversion of type annotations into types that msgspec decodes, and of decoded values into arguments: see `Shape`."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from attrs import NOTHING, Attribute, fields, frozen, has
from msgspec import Meta

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.sentences import Sentence, get_error_sentence
from anninh_core.kernel.text import nfc
from anninh_core.operations.errors import ArgumentError
from anninh_core.operations.files.uploads import FromUpload, UploadTarget
from anninh_core.usecase.arguments import SAFE_INTEGER, find_alias, get_inner_type
from anninh_core.vocabulary.messages import Attachment

_WORD = Annotated[str, Meta(max_length=300)]
"""Type of a text without an alias: a code or name of the profile."""
_UPLOAD = Annotated[str, Meta(max_length=2_000)]
_INTEGER = Annotated[int, Meta(ge=-SAFE_INTEGER, le=SAFE_INTEGER)]
_MOMENT = Annotated[datetime, Meta(tz=True)]
_FLOAT = Annotated[float, Meta(ge=-1e12, le=1e12)]
_MAX_ITEMS = 1_000
_TUPLE: Any = tuple  # The type is Any, because type checkers can't follow types built at run time.
_DICT: Any = dict
# Adding to a date near the limits of the calendar would overflow.
_FIRST_YEAR = 1900
_LAST_YEAR = 9998
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

Path = str
Read = Callable[[Any, Path], Any]


class Fault(Exception):
    """Raised for an invalid value of an argument; contains the value's path."""

    def __init__(self, path: str, message: Sentence) -> None:
        super().__init__(str(message))
        self.error = ArgumentError(path, message)


@frozen
class Shape:
    """How a value of a type annotation is decoded.

    Attributes:
        wire: the type that msgspec decodes.
        read: converts a decoded value, given its path. Raises `Fault`.
        is_upload: whether it is the id of an upload, or a list of such ids.
        holds_upload: whether it is or contains the id of an upload.
    """

    wire: Any
    read: Read
    is_upload: bool = False
    holds_upload: bool = False


class Shapes:
    """Builds the shapes of type annotations, and caches those of input classes, so that msgspec gets each of them once.
    Not thread-safe.
    """

    def __init__(self) -> None:
        self._inputs: dict[type, Shape] = {}

    def of(self, annotation: Any) -> Shape:
        """Return the shape of a type annotation, which describes how its values are decoded.

        Raises:
            TypeError: values of this type can't be decoded.
        """
        if (plain := _find_plain_shape(annotation)) is not None:
            return plain
        annotation = get_inner_type(annotation)
        origin = get_origin(annotation)
        inner = get_args(annotation)
        if origin in (Union, UnionType):
            return self._build_optional(annotation, inner)
        if origin in (Sequence, frozenset) or (origin is tuple and inner[1:] == (Ellipsis,)):
            return self._build_list(self.of(inner[0]), frozenset if origin is frozenset else tuple)
        if origin is Mapping and inner[0] is str:
            return self._build_mapping(self.of(inner[1]))
        if isinstance(annotation, type) and has(annotation):
            return self._get_input(annotation)
        raise TypeError(f"nothing from outside can be of type {annotation}; see the rule for public signatures")

    def _build_optional(self, annotation: Any, inner: tuple[Any, ...]) -> Shape:
        others = [member for member in inner if member is not NoneType]
        if len(others) != 1:
            raise TypeError(f"{annotation} doesn't say which of its types arrives")
        shape = self.of(others[0])

        def read_optional(value: Any, path: Path) -> Any:
            return None if value is None else shape.read(value, path)

        return Shape(shape.wire | None, read_optional, holds_upload=shape.holds_upload)

    def _build_list(self, item: Shape, container: Callable[[Any], Any]) -> Shape:
        def read_list(value: Any, path: Path) -> Any:
            return container(item.read(entry, f"{path}[{number}]") for number, entry in enumerate(value))

        wire: Any = Annotated[_TUPLE[item.wire, ...], Meta(max_length=_MAX_ITEMS)]
        return Shape(wire, read_list, item.is_upload, item.holds_upload)

    def _build_mapping(self, item: Shape) -> Shape:
        def read_mapping(value: Any, path: Path) -> Any:
            return {_read_text(key, path): item.read(entry, f"{path}.{key}") for key, entry in value.items()}

        wire: Any = Annotated[_DICT[_WORD, item.wire], Meta(max_length=_MAX_ITEMS)]
        return Shape(wire, read_mapping, holds_upload=item.holds_upload)

    def _get_input(self, cls: type) -> Shape:
        if cls not in self._inputs:
            self._inputs[cls] = self._build_input(cls)
        return self._inputs[cls]

    def _build_input(self, cls: type) -> Shape:
        hints = get_type_hints(cls, include_extras=True)
        parts = {attribute.name: self.of(hints[attribute.name]) for attribute in fields(cls) if attribute.init}
        wire_fields = [_build_field(attribute, parts[attribute.name]) for attribute in fields(cls) if attribute.init]
        wire = define_request(cls.__name__, wire_fields)

        def read_input(value: Any, path: Path) -> Any:
            values = {
                name: part.read(decoded, f"{path}.{name}")
                for name, part in parts.items()
                if (decoded := getattr(value, name)) is not msgspec.UNSET
            }
            try:
                return cls(**values)
            # Attrs classes check their fields when they are built, and raise these errors.
            except (BadInput, ValueError) as error:
                raise Fault(path, get_error_sentence(error)) from error

        return Shape(wire, read_input, holds_upload=any(part.holds_upload for part in parts.values()))


def define_request(name: str, fields: Sequence[tuple[str, Any] | tuple[str, Any, Any]]) -> type[msgspec.Struct]:
    """Define a class for msgspec that refuses unknown fields."""
    return msgspec.defstruct(name, fields, frozen=True, kw_only=True, forbid_unknown_fields=True)


def _build_field(attribute: "Attribute[Any]", shape: Shape) -> tuple[str, Any] | tuple[str, Any, Any]:
    """Return the msgspec field for a field of an input class; an omitted field has the class's own default."""
    if attribute.default is NOTHING:
        return attribute.name, shape.wire
    return attribute.name, shape.wire | msgspec.UnsetType, msgspec.UNSET


def _find_plain_shape(annotation: Any) -> Shape | None:
    """Return the shape of a plain type, or None for a container or class."""
    alias = find_alias(annotation)
    base = get_inner_type(annotation)
    if base is bytes:
        return Shape(_UPLOAD, _build_upload_reader(UploadTarget.DATA), is_upload=True, holds_upload=True)
    if base is Attachment:
        return Shape(_UPLOAD, _build_upload_reader(UploadTarget.ATTACHMENT), is_upload=True, holds_upload=True)
    if alias is not None and alias.name == "StoredFile":
        return Shape(_UPLOAD, _build_upload_reader(UploadTarget.STORED), is_upload=True, holds_upload=True)
    if base is str and alias is not None:
        return Shape(Annotated[str, Meta(max_length=alias.longest)], _read_text)
    for kind, wire, read in _PLAIN:
        if base is kind:
            return Shape(annotation if alias else wire, read)
    if get_origin(base) is Literal or (isinstance(base, type) and issubclass(base, Enum)):
        return Shape(base, _return_unchanged)
    return None


def _return_unchanged(value: Any, path: Path) -> Any:  # noqa: ARG001  as other readers
    return value


def _read_text(value: str, path: Path) -> str:
    if match := _CONTROL.search(value):
        raise Fault(
            path, Sentence("contains the character {character!r}, which no text may contain", character=match[0])
        )
    return nfc(value)


def _read_day(value: date, path: Path) -> date:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR and value != date.max:
        raise Fault(
            path,
            Sentence("{day} isn't between the years {first} and {last}", day=value, first=_FIRST_YEAR, last=_LAST_YEAR),
        )
    return value


def _build_upload_reader(target: UploadTarget) -> Read:
    def read_upload(value: str, path: Path) -> Any:
        if not value and target is UploadTarget.STORED:
            return ""  # An empty text means that there is no file.
        return FromUpload(_read_text(value, path), target)

    return read_upload


_PLAIN: Sequence[tuple[type, Any, Read]] = (
    (str, _WORD, _read_text),
    (bool, bool, _return_unchanged),
    (int, _INTEGER, _return_unchanged),
    (float, _FLOAT, _return_unchanged),
    (datetime, _MOMENT, _read_day),
    (date, date, _read_day),
    (time, time, _return_unchanged),
)
