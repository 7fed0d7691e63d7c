"""Conversion of use case results into values that may leave the process."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import Enum
from inspect import signature
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from attrs import frozen

from anninh_core.operations.files.uploads import UploadedFile
from anninh_core.usecase.arguments import get_alias_name
from anninh_core.usecase.read_session import MOST_COUNTED, Listing, ShortenedTuple
from anninh_core.usecase.views import Download, Page, ViewContext, is_view
from anninh_core.vocabulary.messages import Attachment

_SCALARS = frozenset({str, int, float, bool, date, datetime, NoneType})
_PAGE: Any = Page  # The type is Any, because type checkers can't follow types built at run time.
_LIST: Any = list
BYTES = "application/octet-stream"

Show = Callable[[Any, ViewContext], Any]
"""Function that converts a use case's result into a value that may leave the process."""


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
    base = get_args(annotation)[0] if get_alias_name(annotation) else annotation
    if base is None:
        base = NoneType
    if base is Attachment:
        # The operations gateway gives the attachment an id, with which it can be fetched.
        return Answer(UploadedFile, _return_unchanged)
    if base is bytes:
        return Answer(Download, lambda data, _: Download(file_name, BYTES, data))
    if base in _SCALARS or base is Download or is_view(base) or (isinstance(base, type) and issubclass(base, Enum)):
        return Answer(base, _return_unchanged)
    if isinstance(base, type):
        return _find_record_conversion(base, opens_one=opens_one)
    return _find_container_conversion(base, opens_one=opens_one, file_name=file_name)


def _find_record_conversion(cls: type, *, opens_one: bool) -> Answer:
    """Return the conversion of a record's class: to its view, or to its row in a list."""
    names = ("to_view", "to_row") if opens_one else ("to_row", "to_view")
    name = next((name for name in names if hasattr(cls, name)), None)
    if name is None:
        raise TypeError(f"nothing of type {cls} can leave: it has no view; see the rule for public signatures")
    method = getattr(cls, name)
    takes_context = len(signature(method).parameters) > 1

    def convert_record(model: Any, context: ViewContext) -> Any:
        convert = getattr(model, name)
        return convert(context) if takes_context else convert()

    return Answer(get_type_hints(method)["return"], convert_record)


def _find_container_conversion(annotation: Any, *, opens_one: bool, file_name: str) -> Answer:
    """Return the conversion of a page, a list or an optional value, from that of its items."""
    origin = get_origin(annotation)
    inner = get_args(annotation)
    if origin in (Union, UnionType):
        (inner_type,) = (member for member in inner if member is not NoneType)
        conversion = find_conversion(inner_type, opens_one=opens_one, file_name=file_name)
        show = conversion.show
        return Answer(conversion.type | None, lambda value, context: None if value is None else show(value, context))
    if origin in (Listing, Page):
        conversion = find_conversion(inner[0], opens_one=False, file_name=file_name)
        return Answer(_PAGE[conversion.type], _build_page_conversion(conversion.show))
    if origin in (Sequence, list) or (origin is tuple and inner[1:] == (Ellipsis,)):
        conversion = find_conversion(inner[0], opens_one=False, file_name=file_name)
        return Answer(_LIST[conversion.type], _build_list_conversion(conversion.show))
    raise TypeError(f"nothing of type {annotation} can leave; see the rule for public signatures")


def _build_page_conversion(show: Show) -> Show:
    def convert_page(listing: Any, context: ViewContext) -> Page[Any]:
        items = tuple(show(item, context) for item in listing.items)
        if isinstance(listing, Page):
            return Page(items, listing.next, listing.previous, listing.total, listing.is_capped, listing.damaged)
        total = listing.total
        is_capped = total is not None and total > MOST_COUNTED
        total = MOST_COUNTED if is_capped else total
        return Page(items, listing.cursor, listing.previous, total, is_capped, listing.damaged)

    return convert_page


def _build_list_conversion(show: Show) -> Show:
    def convert_items(values: Any, context: ViewContext) -> Sequence[Any]:
        items = [show(value, context) for value in values]
        return ShortenedTuple.of(items, values.damaged) if isinstance(values, ShortenedTuple) else items

    return convert_items


def _return_unchanged(value: Any, _: ViewContext) -> Any:
    return value
