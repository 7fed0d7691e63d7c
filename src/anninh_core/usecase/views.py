"""Output of the program: views of records, pages of them, and files."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from functools import cache
from itertools import islice
from types import NoneType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, dataclass_transform, get_args, get_type_hints, overload

import msgspec
from attrs import define, field, fields, frozen

from anninh_core.kernel.replacing import build_maker
from anninh_core.kernel.sentences import Sentence, plain_text
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Attachment

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

T = TypeVar("T")
VIEW = "__anninh_view__"
"""Attribute that marks a class as output."""
_LISTED = "__anninh_listed__"
_MOST_LISTED = 6
_VERSION = "version"
_PYDANTIC = "__get_pydantic_core_schema__"
# types of most view fields, recognised without a further check
_PLAIN = frozenset({str, int, float, bool, date, datetime, NoneType})
_PLAIN_OR_NONE = frozenset(plain_type | None for plain_type in _PLAIN - {NoneType})


@overload
def view(cls: type[T]) -> type[T]: ...


@overload
def view(*, listed: Sequence[str]) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def view(cls: type[T] | None = None, *, listed: Sequence[str] = ()) -> type[T] | Callable[[type[T]], type[T]]:
    """Make a frozen attrs class of plain values that may be output.

    Private data of a record has no field in its view. A view is defined next to its module, and is made by a method of
    the record: `to_view` for a single record, `to_row` for lists and results of commands, if these show less. Either
    takes a `ViewContext` if the output depends on the time or the profile.

    Args:
        cls: the class, if the decorator is used without arguments.
        listed: fields that lists show, in this order, `tip.receipt` for a field of a nested view; by default the first
            plain fields.
    """

    def make(cls: type[T]) -> type[T]:
        view_class = define(cls, frozen=True, kw_only=True)
        setattr(view_class, VIEW, True)
        setattr(view_class, _LISTED, tuple(listed))
        setattr(view_class, _PYDANTIC, classmethod(_pydantic_schema))
        return view_class

    return make if cls is None else make(cls)


def listed_fields(cls: type) -> tuple[str, ...]:
    """Return the fields of a view that lists show."""
    explicit: tuple[str, ...] = vars(cls)[_LISTED]
    names = (name for name in plain_fields(cls) if name != _VERSION)
    return explicit or tuple(islice(names, _MOST_LISTED))


def plain_fields(cls: type) -> tuple[str, ...]:
    """Return the fields of a view that show a single value: no views, and no lists of views."""
    hints = get_type_hints(cls)
    return tuple(attribute.name for attribute in fields(cast("Any", cls)) if not _holds_view(hints[attribute.name]))


def field_names(cls: type) -> tuple[str, ...]:
    """Return the fields of a view."""
    return tuple(attribute.name for attribute in fields(cast("Any", cls)))


def _holds_view(hint: object) -> bool:
    return is_view(hint) or any(map(_holds_view, get_args(hint)))


def is_view(cls: object) -> bool:
    """Return whether a class is a view."""
    return isinstance(cls, type) and VIEW in vars(cls)


@frozen
class ViewContext:
    """Time and profile of an output, for `to_view` and `to_row`.

    Attributes:
        district: profile with names and rules.
        at: time of the request.
    """

    district: District
    at: datetime


def make_view(cls: type[T], source: object, /, **given: object) -> T:
    """Return a view: each field comes from an argument, or from the source's attribute or property of that name.

    A value with its own view, alone or in a tuple, is replaced by its `to_view`, even if passed as an argument.
    """
    result: T = _maker_of(cast("Hashable", cls), tuple(given))(source, given)
    return result


@cache
def _maker_of(view_class: Hashable, given: tuple[str, ...]) -> Callable[[object, Mapping[str, object]], Any]:
    """Return a function that makes views of a class, with some fields from arguments."""
    cls = cast("Any", view_class)
    plain = {name for name, hint in get_type_hints(cls).items() if hint in _PLAIN or hint in _PLAIN_OR_NONE}
    read = {
        attribute.name: f"given['{attribute.name}']" if attribute.name in given else f"source.{attribute.name}"
        for attribute in fields(cls)
    }
    expressions = {name: value if name in plain else f"show({value})" for name, value in read.items()}
    make: Callable[[object, Mapping[str, object]], Any] | None = build_maker(cls, expressions, show=_show)
    if make is None:
        raise AssertionError(f"{cls.__name__} is a view and does more than to have fields")
    return make


def _show(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, tuple):
        return tuple(map(_show, value))
    return value.to_view() if hasattr(value, "to_view") else value


@frozen
class Page(Generic[T]):
    """A page of a list.

    Attributes:
        next: value of `after` for the next page; "" on the last page.
        previous: value of `after` for the previous page; "" on the first, and in lists without backward pages.
        total: number of items, up to 1,000, if it was requested and is known; `is_capped` if the list has more.
        damaged: number of records missing because they can't be decrypted.
    """

    items: tuple[T, ...]
    next: str = ""
    previous: str = ""
    total: int | None = None
    is_capped: bool = False
    damaged: int = 0

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> "CoreSchema":
        return _pydantic_schema(cls, source, handler)


@frozen
class Download:
    """A file that a use case returns.

    Attributes:
        name: a file name without a folder.
        media_type: such as application/pdf.
        is_inert: whether a page may show it: it was re-encoded here, and its type runs nothing when opened.
        data: its bytes.
    """

    name: str
    media_type: str
    data: bytes = field(repr=False)
    is_inert: bool = False


def to_plain(answer: object) -> Any:
    """Return output as dictionaries, lists, strings, numbers and None, as the API writes it.

    A time becomes text with its offset, an enumeration its value. `json.dumps(…, default=to_plain)` works by it, and so
    do pydantic and FastAPI with a view or a page of views as annotation.

    Raises:
        TypeError: it isn't output: a record, which has data not meant for any reader, a file, or a time without a time
            zone.
    """
    return msgspec.json.decode(to_json(answer))


def to_json(answer: object) -> bytes:
    """Return output as JSON in UTF-8; see `to_plain`.

    Raises:
        TypeError: as by `to_plain`.
    """
    _check(answer)
    return msgspec.json.encode(answer, enc_hook=plain_text)


def _check(answer: object) -> None:
    """Raise unless the value is output. Views aren't checked further: their annotations allow only output."""
    cls = type(answer)
    if isinstance(answer, datetime) and answer.utcoffset() is None:
        raise TypeError(f"{answer} has no time zone: nobody knows which moment it is")
    if cls in _PLAIN or isinstance(answer, Enum | Sentence) or is_view(cls):
        return
    for item in _items(answer):
        _check(item)


def _items(answer: object) -> Iterable[object]:
    match answer:
        case Page():
            return answer.items
        case Mapping():
            return answer.values()
        case list() | tuple():
            return answer
    shows = " or ".join(f"{name}()" for name in ("to_view", "to_row") if hasattr(answer, name))
    way = f"take its {shows}, or ask" if shows else "ask"
    raise TypeError(f"{type(answer).__name__} doesn't leave as it is: {way} the door, which answers with views")


def _pydantic_schema(cls: type, source: object, handler: object) -> "CoreSchema":  # noqa: ARG001  as pydantic calls it
    """Make pydantic accept instances unchanged, and serialize them by `to_plain`."""
    from pydantic_core import core_schema  # noqa: PLC0415  pydantic is there when it asks

    written = core_schema.plain_serializer_function_ser_schema(to_plain, return_schema=core_schema.dict_schema())
    return core_schema.is_instance_schema(cls, serialization=written)


@view
class EnclosureView:
    """A file sent with a text, without its internal blob name.

    Attributes:
        number: from 0, in the order of sending.
        kind: image, video, audio or file.
        name: file name or title, or "".
        size: in bytes; None if the file hasn't been inspected.
    """

    number: int
    kind: str
    name: str
    size: int | None


def list_enclosures(attachments: Iterable[Attachment]) -> tuple[EnclosureView, ...]:
    """Return the views of the files sent with a text."""
    return tuple(
        EnclosureView(
            number=number,
            kind=attachment.kind,
            name=attachment.name,
            size=None if attachment.file is None else attachment.file.size,
        )
        for number, attachment in enumerate(attachments)
    )
