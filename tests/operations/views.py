"""The fields that each answer contains; `python -m tests.operations.views` rewrites the list of them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from inspect import signature
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from attrs import fields
from tests.app.test_api import NOUNS, iter_verbs

from anninh_core.app import App
from anninh_core.testing import memory_app
from anninh_core.testing.apps import shipped_district
from anninh_core.usecase.marks import get_use_case
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.usecase.read_session import Listing
from anninh_core.usecase.views import Download, ViewContext, is_view
from anninh_core.vocabulary.messages import Attachment

FILE = Path(__file__).with_suffix(".txt")
CASES = (
    "conversations",
    "drafts",
    "duty",
    "identity",
    "incidents",
    "inquiries",
    "leaks",
    "rights",
    "search",
    "tips",
    "work",
)
"""Nouns with answers about cases and people."""
OFFICE = (
    "audit",
    "content",
    "failures",
    "groups",
    "keys",
    "moderation",
    "programme",
    "quarantine",
    "reports",
    "retention",
    "system",
    "units",
)
"""Nouns with answers about the work of an office; all other nouns are about accounts."""
_SCALARS = (str, int, float, bool, date, datetime, NoneType)
_FILES = (bytes, Download, Attachment)
_UNIONS = (Union, UnionType)


def iter_public_verbs(app: App, nouns: Collection[str] = NOUNS) -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield the public verbs of the nouns, as `noun.verb`."""
    for name, verb in iter_verbs(app):
        mark = get_use_case(verb)
        if mark is not None and mark.public and name.partition(".")[0] in nouns:
            yield name, verb


def map_answer_views(app: App, nouns: Collection[str] = NOUNS) -> Mapping[str, type | None]:
    """Return for each verb the view of its answer, None for a plain value or a file.

    Raises:
        TypeError: an answer has no view.
    """
    return {
        name: find_view(signature(verb).return_annotation, opens_one=is_query(verb))
        for name, verb in iter_public_verbs(app, nouns)
    }


def is_query(verb: Callable[..., object]) -> bool:
    """Return whether a verb is a query, so that its answer is shown in full; a command answers with a row."""
    mark = get_use_case(verb)
    return mark is not None and mark.kind is UseCaseKind.QUERY


def find_view(annotation: Any, *, opens_one: bool) -> type | None:
    """Return the view that is sent for a type annotation, None for a plain value or a file.

    Raises:
        TypeError: the type has no view.
    """
    origin = get_origin(annotation)
    inner = get_args(annotation)
    if origin in _UNIONS:
        (annotation,) = (member for member in inner if member is not NoneType)
    elif origin in (Listing, Sequence) or _is_list(annotation):
        return find_view(inner[0], opens_one=False)
    if annotation is None or annotation in (*_SCALARS, *_FILES) or _is_enum(annotation):
        return None
    if is_view(annotation):
        view: type = annotation
        return view
    for name in ("to_view", "to_row") if opens_one else ("to_row", "to_view"):
        if (method := getattr(annotation, name, None)) is not None:
            return find_view(get_type_hints(method)["return"], opens_one=opens_one)
    raise TypeError(f"{annotation} has no view")


def build_view(model: Any, *, opens_one: bool) -> Any:
    """Return the view of a record as of January 2027; a model without a view is returned unchanged."""
    names = ("to_view", "to_row") if opens_one else ("to_row", "to_view")
    method = next((getattr(model, name) for name in names if hasattr(model, name)), None)
    if method is None:
        return model
    context = ViewContext(shipped_district(), datetime(2027, 1, 4, 3, tzinfo=UTC))
    return method(context) if signature(method).parameters else method()


def collect_view_parts(views: Iterator[type]) -> Mapping[str, type]:
    """Return the views, and the views that occur in their fields, by name.

    Raises:
        TypeError: a field has a type that can't be sent, or two views have one name.
    """
    by_name: dict[str, type] = {}
    waiting = list(views)
    while waiting:
        view = waiting.pop()
        if view in by_name.values():
            continue
        if view.__name__ in by_name:
            raise TypeError(f"two views have one name: {view} and {by_name[view.__name__]}")
        by_name[view.__name__] = view
        for field, annotation in get_field_types(view).items():
            waiting += _iter_type_views(f"{view.__name__}.{field}", annotation)
    return by_name


def get_field_types(view: Any) -> Mapping[str, Any]:
    """Return the type of each field of a view."""
    hints = get_type_hints(view)
    return {attribute.name: hints[attribute.name] for attribute in fields(view)}


def _iter_type_views(path: str, annotation: Any) -> Iterator[type]:
    origin = get_origin(annotation)
    inner = get_args(annotation)
    if annotation in _SCALARS or _is_enum(annotation):
        return
    if is_view(annotation):
        yield annotation
    elif origin in _UNIONS or _is_list(annotation):
        for member in inner:
            yield from () if member is Ellipsis else _iter_type_views(path, member)
    elif origin is not None and issubclass(origin, Mapping) and inner[0] is str:
        yield from _iter_type_views(path, inner[1])
    else:
        raise TypeError(f"{path} is {annotation}, which can't leave")


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple and get_args(annotation)[1:] == (Ellipsis,)


def _is_enum(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Enum)


def describe_views(view_of_verb: Mapping[str, type | None]) -> str:
    """Return the list of views as text: the view of each verb's answer, then the fields of each view."""
    lines = [
        f"{name} -> {view.__name__ if view else 'a value or a file'}" for name, view in sorted(view_of_verb.items())
    ]
    views = collect_view_parts(view for view in view_of_verb.values() if view is not None)
    for name in sorted(views):
        field_lines = (f"  {field}: {_format_type(note)}" for field, note in get_field_types(views[name]).items())
        lines += ["", name, *field_lines]
    return "\n".join(lines) + "\n"


def _format_type(note: Any) -> str:
    """Return a type annotation as text, without module names."""
    if note is Ellipsis:
        return "..."
    inner = get_args(note)
    origin = get_origin(note)
    if not inner or origin is None:
        return "None" if note is NoneType else str(note.__name__)
    if origin in _UNIONS:
        return " | ".join(map(_format_type, inner))
    return f"{origin.__name__}[{', '.join(map(_format_type, inner))}]"


if __name__ == "__main__":
    with memory_app() as opened:
        FILE.write_text(describe_views(map_answer_views(opened)), encoding="utf-8")
