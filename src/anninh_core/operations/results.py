"""From what a use case answers to what leaves the process."""

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
_PAGE: Any = Page  # as types that are made while the program runs
_LIST: Any = list
BYTES = "application/octet-stream"

Show = Callable[[Any, ViewContext], Any]
"""Makes what leaves of what a use case answers."""


@frozen
class Answer:
    """What leaves, and how it is made of what a use case answers.

    Attributes:
        type: annotation of what leaves.
    """

    type: Any
    show: Show


def answer_of(annotation: Any, *, opens_one: bool, file_name: str) -> Answer:
    """Return how an operation's answer leaves.

    Args:
        annotation: of what the use case returns.
        opens_one: whether one record is opened, so that its view may show more than its row in a list.
        file_name: of a file that is answered without a name.

    Raises:
        TypeError: nothing of this type can leave.
    """
    base = get_args(annotation)[0] if alias_of(annotation) else annotation
    if base is None:
        base = NoneType
    if base is Attachment:
        return Answer(UploadedFile, _same)  # the door gives it an id
    if base is bytes:
        return Answer(Download, lambda data, _: Download(file_name, BYTES, data))
    if base in _SCALARS or base is Download or is_view(base) or (isinstance(base, type) and issubclass(base, Enum)):
        return Answer(base, _same)
    if isinstance(base, type):
        return _record_answer(base, opens_one=opens_one)
    return _container_answer(base, opens_one=opens_one, file_name=file_name)


def _record_answer(cls: type, *, opens_one: bool) -> Answer:
    """Return how an instance of a class leaves: as its view, or as its row where less is to be shown."""
    names = ("to_view", "to_row") if opens_one else ("to_row", "to_view")
    name = next((name for name in names if hasattr(cls, name)), None)
    if name is None:
        raise TypeError(f"nothing of type {cls} can leave: it has no view; see the rule for public signatures")
    method = getattr(cls, name)
    takes_context = len(signature(method).parameters) > 1

    def show(model: Any, context: ViewContext) -> Any:
        shown = getattr(model, name)
        return shown(context) if takes_context else shown()

    return Answer(get_type_hints(method)["return"], show)


def _container_answer(annotation: Any, *, opens_one: bool, file_name: str) -> Answer:
    """Return how a page, a list or something optional leaves."""
    origin = get_origin(annotation)
    inner = get_args(annotation)
    if origin in (Union, UnionType):
        (one,) = (answer for answer in inner if answer is not NoneType)
        shown = answer_of(one, opens_one=opens_one, file_name=file_name)
        show = shown.show
        return Answer(shown.type | None, lambda value, context: None if value is None else show(value, context))
    if origin in (Listing, Page):
        shown = answer_of(inner[0], opens_one=False, file_name=file_name)
        return Answer(_PAGE[shown.type], _show_page(shown.show))
    if origin in (Sequence, list) or (origin is tuple and inner[1:] == (Ellipsis,)):
        shown = answer_of(inner[0], opens_one=False, file_name=file_name)
        return Answer(_LIST[shown.type], _show_each(shown.show))
    raise TypeError(f"nothing of type {annotation} can leave; see the rule for public signatures")


def _show_page(show: Show) -> Show:
    def page(listing: Any, context: ViewContext) -> Page[Any]:
        items = tuple(show(one, context) for one in listing.items)
        if isinstance(listing, Page):
            return Page(items, listing.next, listing.previous, listing.total, listing.is_capped, listing.damaged)
        total = listing.total
        is_capped = total is not None and total > MOST_COUNTED
        total = MOST_COUNTED if is_capped else total
        return Page(items, listing.cursor, listing.previous, total, is_capped, listing.damaged)

    return page


def _show_each(show: Show) -> Show:
    def show_all(values: Any, context: ViewContext) -> Sequence[Any]:
        shown = [show(value, context) for value in values]
        return ShortenedTuple.of(shown, values.damaged) if isinstance(values, ShortenedTuple) else shown

    return show_all


def _same(value: Any, _: ViewContext) -> Any:
    return value
