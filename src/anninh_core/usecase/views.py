"""Values that the program may output: views of records, pages of them, and files."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from functools import cache
from itertools import islice
from types import NoneType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, dataclass_transform, get_args, get_type_hints, overload

import msgspec
from attrs import define, field, fields, frozen

from anninh_core.kernel.replacing import build_factory
from anninh_core.kernel.sentences import Sentence, encode_sentence
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Attachment

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

T = TypeVar("T")
VIEW = "__anninh_view__"
"""Name of the attribute that marks a class as output."""
_LISTED = "__anninh_listed__"
_MOST_LISTED = 6
_VERSION = "version"
_PYDANTIC = "__get_pydantic_core_schema__"
# Most fields of views have one of these types, which are recognised without a further check.
_PLAIN = frozenset({str, int, float, bool, date, datetime, NoneType})
_PLAIN_OR_NONE = frozenset(plain_type | None for plain_type in _PLAIN - {NoneType})


@overload
def view(cls: type[T]) -> type[T]: ...


@overload
def view(*, listed: Sequence[str]) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def view(cls: type[T] | None = None, *, listed: Sequence[str] = ()) -> type[T] | Callable[[type[T]], type[T]]:
    """Turn a class into a frozen attrs class of plain values that may be output.

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
        setattr(view_class, _PYDANTIC, classmethod(_build_pydantic_schema))
        return view_class

    return make if cls is None else make(cls)


def listed_fields(cls: type) -> tuple[str, ...]:
    """Return the names of a view's fields that lists show."""
    explicit: tuple[str, ...] = vars(cls)[_LISTED]
    names = (name for name in plain_fields(cls) if name != _VERSION)
    return explicit or tuple(islice(names, _MOST_LISTED))


def plain_fields(cls: type) -> tuple[str, ...]:
    """Return the names of a view's fields that show a single value: no views, and no lists of views."""
    hints = get_type_hints(cls)
    return tuple(attribute.name for attribute in fields(cast("Any", cls)) if not _contains_view(hints[attribute.name]))


def field_names(cls: type) -> tuple[str, ...]:
    """Return the names of all fields of a view."""
    return tuple(attribute.name for attribute in fields(cast("Any", cls)))


def _contains_view(hint: object) -> bool:
    return is_view(hint) or any(map(_contains_view, get_args(hint)))


def is_view(cls: object) -> bool:
    """Return whether a class is a view."""
    return isinstance(cls, type) and VIEW in vars(cls)


@frozen
class ViewContext:
    """The time and the profile that `to_view` and `to_row` use.

    Attributes:
        district: profile with names and rules.
        at: time of the request.
    """

    district: District
    at: datetime


def make_view(cls: type[T], source: object, /, **given: object) -> T:
    """Return a view of `source`: each field comes from an argument, or from the source's attribute or property of that
    name.

    A value with its own view, alone or in a tuple, is replaced by its `to_view`, even if passed as an argument.
    """
    result: T = _build_maker(cast("Hashable", cls), tuple(given))(source, given)
    return result


@cache
def _build_maker(view_class: Hashable, given: tuple[str, ...]) -> Callable[[object, Mapping[str, object]], Any]:
    """Return a function that makes views of a class; the fields named in `given` come from arguments."""
    cls = cast("Any", view_class)
    plain = {name for name, hint in get_type_hints(cls).items() if hint in _PLAIN or hint in _PLAIN_OR_NONE}
    read = {
        attribute.name: f"given['{attribute.name}']" if attribute.name in given else f"source.{attribute.name}"
        for attribute in fields(cls)
    }
    expressions = {name: value if name in plain else f"show({value})" for name, value in read.items()}
    make: Callable[[object, Mapping[str, object]], Any] | None = build_factory(cls, expressions, show=_to_view)
    if make is None:
        raise AssertionError(f"{cls.__name__} is a view and does more than to have fields")
    return make


def _to_view(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, tuple):
        return tuple(map(_to_view, value))
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
        return _build_pydantic_schema(cls, source, handler)


@frozen
class Download:
    """A file that a use case returns for download.

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
    """Return output as JSON in UTF-8, with the values of `to_plain`.

    Raises:
        TypeError: as by `to_plain`.
    """
    _check_output(answer)
    return msgspec.json.encode(answer, enc_hook=encode_sentence)


def _check_output(answer: object) -> None:
    """Raise `TypeError` unless the value may be output. Views aren't checked further: their annotations allow only
    output.
    """
    cls = type(answer)
    if isinstance(answer, datetime) and answer.utcoffset() is None:
        raise TypeError(f"{answer} has no time zone: nobody knows which moment it is")
    if cls in _PLAIN or isinstance(answer, Enum | Sentence) or is_view(cls):
        return
    for item in _get_items(answer):
        _check_output(item)


def _get_items(answer: object) -> Iterable[object]:
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


def _build_pydantic_schema(cls: type, source: object, handler: object) -> "CoreSchema":  # noqa: ARG001  as pydantic calls it
    """Return a schema with which pydantic accepts instances unchanged, and serializes them by `to_plain`."""
    from pydantic_core import core_schema  # noqa: PLC0415  pydantic is there when it asks

    written = core_schema.plain_serializer_function_ser_schema(to_plain, return_schema=core_schema.dict_schema())
    return core_schema.is_instance_schema(cls, serialization=written)


@view
class EnclosureView:
    """A file that was sent with a text, without its internal blob name.

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
    """Return views of the files that were sent with a text."""
    return tuple(
        EnclosureView(
            number=number,
            kind=attachment.kind,
            name=attachment.name,
            size=None if attachment.file is None else attachment.file.size,
        )
        for number, attachment in enumerate(attachments)
    )
