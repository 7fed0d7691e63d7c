"""What may leave the process: views of records, pages of them, and files."""

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
"""Attribute of a class that may leave."""
_LISTED = "__anninh_listed__"
_MOST_LISTED = 6
_VERSION = "version"
_PYDANTIC = "__get_pydantic_core_schema__"
_PLAIN = frozenset({str, int, float, bool, date, datetime, NoneType})  # most of what a record shows, known at a look
_PLAIN_OR_NONE = frozenset(one | None for one in _PLAIN - {NoneType})


@overload
def view(cls: type[T]) -> type[T]: ...


@overload
def view(*, listed: Sequence[str]) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def view(cls: type[T] | None = None, *, listed: Sequence[str] = ()) -> type[T] | Callable[[type[T]], type[T]]:
    """Make a frozen attrs class of plain values that may leave the process as it is.

    What a record keeps to itself has no field in its view. A view stands beside its module, and is made by a method of
    the record: `to_view` where one record is opened, `to_row` for lists and for what a command answers, where that
    shows less. Either takes a `ViewContext` where what it shows depends on the moment or on the profile.

    Args:
        cls: the class, where the decorator is written without arguments.
        listed: fields that lists show, in this order, `tip.receipt` for a field of a view in it; where none are named
            the first of all plain fields.
    """

    def make(cls: type[T]) -> type[T]:
        made = define(cls, frozen=True, kw_only=True)
        setattr(made, VIEW, True)
        setattr(made, _LISTED, tuple(listed))
        setattr(made, _PYDANTIC, classmethod(_pydantic_schema))
        return made

    return make if cls is None else make(cls)


def listed_fields(cls: type) -> tuple[str, ...]:
    """Return the fields of a view that lists show."""
    named: tuple[str, ...] = vars(cls)[_LISTED]
    shown = (name for name in plain_fields(cls) if name != _VERSION)
    return named or tuple(islice(shown, _MOST_LISTED))


def plain_fields(cls: type) -> tuple[str, ...]:
    """Return the fields of a view that are shown as one value each: no views, and no lists of them."""
    hints = get_type_hints(cls)
    return tuple(one.name for one in fields(cast("Any", cls)) if not _holds_view(hints[one.name]))


def field_names(cls: type) -> tuple[str, ...]:
    """Return the fields of a view."""
    return tuple(one.name for one in fields(cast("Any", cls)))


def _holds_view(hint: object) -> bool:
    return is_view(hint) or any(map(_holds_view, get_args(hint)))


def is_view(cls: object) -> bool:
    """Tell whether a class may leave the process as it is."""
    return isinstance(cls, type) and VIEW in vars(cls)


@frozen
class ViewContext:
    """When something is shown, and by whose rules and words: for `to_view` and `to_row` that take it.

    Attributes:
        district: whose profile names things.
        at: the moment it was asked for.
    """

    district: District
    at: datetime


def make_view(cls: type[T], source: object, /, **given: object) -> T:
    """Return a view of what it shows: each field is given, or is the attribute or property of that name of the source.

    A value that has a view of its own, alone or in a tuple, is shown by its `to_view`, a given one too.
    """
    made: T = _maker_of(cast("Hashable", cls), tuple(given))(source, given)
    return made


@cache
def _maker_of(view_class: Hashable, given: tuple[str, ...]) -> Callable[[object, Mapping[str, object]], Any]:
    """Return what makes views of a class, some of whose fields are given."""
    cls = cast("Any", view_class)
    plain = {name for name, hint in get_type_hints(cls).items() if hint in _PLAIN or hint in _PLAIN_OR_NONE}
    read = {one.name: f"given['{one.name}']" if one.name in given else f"source.{one.name}" for one in fields(cls)}
    shown = {name: value if name in plain else f"show({value})" for name, value in read.items()}
    make: Callable[[object, Mapping[str, object]], Any] | None = build_maker(cls, shown, show=_show)
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
        next: goes into `after` for the next one; "" on the last.
        previous: goes into `after` for the one before; "" on the first, and in lists that go on alone.
        total: how many the list has, up to 1,000, where that was asked for and is known; `is_capped` where it has more.
        damaged: how many records are missing because they can't be opened.
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
    """A file that a use case answers with.

    Attributes:
        name: a file name without a folder.
        media_type: such as application/pdf.
        is_inert: whether a page may show it: it was made anew here, and its type does nothing where it is opened.
        data: its bytes.
    """

    name: str
    media_type: str
    data: bytes = field(repr=False)
    is_inert: bool = False


def to_plain(answer: object) -> Any:
    """Return what may leave as dictionaries, lists, texts, numbers and None, by the rule by which the API writes it.

    A moment becomes text with its offset, an enumeration its value. `json.dumps(…, default=to_plain)` works by it,
    and so do pydantic and FastAPI where a view or a page of views is the annotation.

    Raises:
        TypeError: it may not leave as it is: a record, which has more in it than anybody may see, a file, or a moment
            without a time zone.
    """
    return msgspec.json.decode(to_json(answer))


def to_json(answer: object) -> bytes:
    """Return what may leave as JSON in UTF-8; see `to_plain`.

    Raises:
        TypeError: as by `to_plain`.
    """
    _check(answer)
    return msgspec.json.encode(answer, enc_hook=plain_text)


def _check(answer: object) -> None:
    """Let through what may leave. Views aren't looked into: they hold nothing else by their annotations."""
    cls = type(answer)
    if isinstance(answer, datetime) and answer.utcoffset() is None:
        raise TypeError(f"{answer} has no time zone: nobody knows which moment it is")
    if cls in _PLAIN or isinstance(answer, Enum | Sentence) or is_view(cls):
        return
    for one in _items(answer):
        _check(one)


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
    """Tell pydantic to take an instance as it is, and to write it by `to_plain`."""
    from pydantic_core import core_schema  # noqa: PLC0415  pydantic is there when it asks

    written = core_schema.plain_serializer_function_ser_schema(to_plain, return_schema=core_schema.dict_schema())
    return core_schema.is_instance_schema(cls, serialization=written)


@view
class EnclosureView:
    """A file that goes out with a text, never by which name it lies here.

    Attributes:
        number: from 0, in the order in which they go out.
        kind: image, video, audio or file.
        name: file name or title, "" where there is none.
        size: in bytes; None where nobody has looked at it.
    """

    number: int
    kind: str
    name: str
    size: int | None


def list_enclosures(attachments: Iterable[Attachment]) -> tuple[EnclosureView, ...]:
    """Return what may leave of the files that go out with a text."""
    return tuple(
        EnclosureView(number=number, kind=one.kind, name=one.name, size=None if one.file is None else one.file.size)
        for number, one in enumerate(attachments)
    )
