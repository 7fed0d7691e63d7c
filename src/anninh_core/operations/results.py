"""Conversion of use case results into values that may leave the process."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import Enum
from inspect import signature
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from attrs import frozen

from anninh_core.operations.files.uploads import UploadedFile
from anninh_core.usecase.arguments import alias_of
from anninh_core.usecase.read_session import MOST_COUNTED, Listing, ShortenedTuple
from anninh_core.usecase.views import Download, Page, ViewContext, is_view
from anninh_core.vocabulary.messages import Attachment

_SCALARS = frozenset({str, int, float, bool, date, datetime, NoneType})
_PAGE: Any = Page  # as Any, because type checkers can't follow types built at run time
_LIST: Any = list
BYTES = "application/octet-stream"

Show = Callable[[Any, ViewContext], Any]
"""Converts a use case's result into a value that may leave the process."""


@frozen
class Answer:
    """How an operation's result is converted.

    Attributes:
        type: annotation of the converted result.
    """

    type: Any
    show: Show


def find_conversion(annotation: Any, *, opens_one: bool, file_name: str) -> Answer:
    """Return the conversion of an operation's result.

    Args:
        annotation: return annotation of the use case.
        opens_one: whether one record is opened, so that its view may show more than its row in a list.
        file_name: name of the file for bytes, which have none.

    Raises:
        TypeError: values of this type can't leave the process.
    """
    base = get_args(annotation)[0] if alias_of(annotation) else annotation
    if base is None:
        base = NoneType
    if base is Attachment:
        return Answer(UploadedFile, _identity)  # the operations gateway gives it an id
    if base is bytes:
        return Answer(Download, lambda data, _: Download(file_name, BYTES, data))
    if base in _SCALARS or base is Download or is_view(base) or (isinstance(base, type) and issubclass(base, Enum)):
        return Answer(base, _identity)
    if isinstance(base, type):
        return _record_conversion(base, opens_one=opens_one)
    return _container_conversion(base, opens_one=opens_one, file_name=file_name)


def _record_conversion(cls: type, *, opens_one: bool) -> Answer:
    """Return the conversion of a class: to its view, or to its row in a list."""
    names = ("to_view", "to_row") if opens_one else ("to_row", "to_view")
    name = next((name for name in names if hasattr(cls, name)), None)
    if name is None:
        raise TypeError(f"nothing of type {cls} can leave: it has no view; see the rule for public signatures")
    method = getattr(cls, name)
    takes_context = len(signature(method).parameters) > 1

    def show(model: Any, context: ViewContext) -> Any:
        convert = getattr(model, name)
        return convert(context) if takes_context else convert()

    return Answer(get_type_hints(method)["return"], show)


def _container_conversion(annotation: Any, *, opens_one: bool, file_name: str) -> Answer:
    """Return the conversion of a page, a list or an optional value."""
    origin = get_origin(annotation)
    inner = get_args(annotation)
    if origin in (Union, UnionType):
        (inner_type,) = (member for member in inner if member is not NoneType)
        conversion = find_conversion(inner_type, opens_one=opens_one, file_name=file_name)
        show = conversion.show
        return Answer(conversion.type | None, lambda value, context: None if value is None else show(value, context))
    if origin in (Listing, Page):
        conversion = find_conversion(inner[0], opens_one=False, file_name=file_name)
        return Answer(_PAGE[conversion.type], _show_page(conversion.show))
    if origin in (Sequence, list) or (origin is tuple and inner[1:] == (Ellipsis,)):
        conversion = find_conversion(inner[0], opens_one=False, file_name=file_name)
        return Answer(_LIST[conversion.type], _show_each(conversion.show))
    raise TypeError(f"nothing of type {annotation} can leave; see the rule for public signatures")


def _show_page(show: Show) -> Show:
    def page(listing: Any, context: ViewContext) -> Page[Any]:
        items = tuple(show(item, context) for item in listing.items)
        if isinstance(listing, Page):
            return Page(items, listing.next, listing.previous, listing.total, listing.is_capped, listing.damaged)
        total = listing.total
        is_capped = total is not None and total > MOST_COUNTED
        total = MOST_COUNTED if is_capped else total
        return Page(items, listing.cursor, listing.previous, total, is_capped, listing.damaged)

    return page


def _show_each(show: Show) -> Show:
    def show_all(values: Any, context: ViewContext) -> Sequence[Any]:
        items = [show(value, context) for value in values]
        return ShortenedTuple.of(items, values.damaged) if isinstance(values, ShortenedTuple) else items

    return show_all


def _identity(value: Any, _: ViewContext) -> Any:
    return value
