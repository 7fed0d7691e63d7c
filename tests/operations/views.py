"""What each answer sends: `python -m tests.operations.views` writes the list of it anew."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from inspect import signature
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from attrs import fields
from tests.app.test_api import NOUNS, verbs

from anninh_core.app import App
from anninh_core.testing import memory_app
from anninh_core.testing.apps import shipped_district
from anninh_core.usecase.marks import use_case_of
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
"""Nouns whose answers are about cases and people."""
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
"""Nouns whose answers are about what an office does; what is left are accounts."""
_SCALARS = (str, int, float, bool, date, datetime, NoneType)
_FILES = (bytes, Download, Attachment)
_UNIONS = (Union, UnionType)


def public_verbs(app: App, nouns: Collection[str] = NOUNS) -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield what of the nouns may be called from outside, as `noun.verb`."""
    for name, verb in verbs(app):
        mark = use_case_of(verb)
        if mark is not None and mark.public and name.partition(".")[0] in nouns:
            yield name, verb


def answers(app: App, nouns: Collection[str] = NOUNS) -> Mapping[str, type | None]:
    """Return verb -> the view as which its answer leaves, None for a plain value or a file.

    Raises:
        TypeError: an answer has no view.
    """
    return {
        name: shown_as(signature(verb).return_annotation, opens_one=opens_one(verb))
        for name, verb in public_verbs(app, nouns)
    }


def opens_one(verb: Callable[..., object]) -> bool:
    """Tell whether a verb opens what it answers: a query, and no command, which answers what it did."""
    mark = use_case_of(verb)
    return mark is not None and mark.kind is UseCaseKind.QUERY


def shown_as(annotation: Any, *, opens_one: bool) -> type | None:
    """Return the view as which an answer leaves, None for a plain value or a file; raises as `answers` does."""
    origin = get_origin(annotation)
    inner = get_args(annotation)
    if origin in _UNIONS:
        (annotation,) = (one for one in inner if one is not NoneType)
    elif origin in (Listing, Sequence) or _is_list(annotation):
        return shown_as(inner[0], opens_one=False)
    if annotation is None or annotation in (*_SCALARS, *_FILES) or _is_enum(annotation):
        return None
    if is_view(annotation):
        view: type = annotation
        return view
    for name in ("to_view", "to_row") if opens_one else ("to_row", "to_view"):
        if (method := getattr(annotation, name, None)) is not None:
            return shown_as(get_type_hints(method)["return"], opens_one=opens_one)
    raise TypeError(f"{annotation} has no view")


def show_model(model: Any, *, opens_one: bool) -> Any:
    """Return a record as it leaves, asked for in the year 2027; what has no view is returned as it is."""
    names = ("to_view", "to_row") if opens_one else ("to_row", "to_view")
    method = next((getattr(model, name) for name in names if hasattr(model, name)), None)
    if method is None:
        return model
    context = ViewContext(shipped_district(), datetime(2027, 1, 4, 3, tzinfo=UTC))
    return method(context) if signature(method).parameters else method()


def with_parts(views: Iterator[type]) -> Mapping[str, type]:
    """Return views and what their fields are made of, by their names.

    Raises:
        TypeError: a field is of a type that can't leave, or two views have one name.
    """
    known: dict[str, type] = {}
    waiting = list(views)
    while waiting:
        view = waiting.pop()
        if view in known.values():
            continue
        if view.__name__ in known:
            raise TypeError(f"two views have one name: {view} and {known[view.__name__]}")
        known[view.__name__] = view
        for field, annotation in field_types(view).items():
            waiting += _parts(f"{view.__name__}.{field}", annotation)
    return known


def field_types(view: Any) -> Mapping[str, Any]:
    """Return the fields of a view and their types."""
    hints = get_type_hints(view)
    return {attribute.name: hints[attribute.name] for attribute in fields(view)}


def _parts(where: str, annotation: Any) -> Iterator[type]:
    origin = get_origin(annotation)
    inner = get_args(annotation)
    if annotation in _SCALARS or _is_enum(annotation):
        return
    if is_view(annotation):
        yield annotation
    elif origin in _UNIONS or _is_list(annotation):
        for one in inner:
            yield from () if one is Ellipsis else _parts(where, one)
    elif origin is not None and issubclass(origin, Mapping) and inner[0] is str:
        yield from _parts(where, inner[1])
    else:
        raise TypeError(f"{where} is {annotation}, which can't leave")


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple and get_args(annotation)[1:] == (Ellipsis,)


def _is_enum(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Enum)


def describe(shown: Mapping[str, type | None]) -> str:
    """Return the list: as what each verb answers, then the fields of each view."""
    lines = [f"{name} -> {view.__name__ if view else 'a value or a file'}" for name, view in sorted(shown.items())]
    views = with_parts(view for view in shown.values() if view is not None)
    for name in sorted(views):
        written = (f"  {field}: {_write(note)}" for field, note in field_types(views[name]).items())
        lines += ["", name, *written]
    return "\n".join(lines) + "\n"


def _write(note: Any) -> str:
    """Return a type without the modules of its names."""
    if note is Ellipsis:
        return "..."
    inner = get_args(note)
    origin = get_origin(note)
    if not inner or origin is None:
        return "None" if note is NoneType else str(note.__name__)
    if origin in _UNIONS:
        return " | ".join(map(_write, inner))
    return f"{origin.__name__}[{', '.join(map(_write, inner))}]"


if __name__ == "__main__":
    with memory_app() as opened:
        FILE.write_text(describe(answers(opened)), encoding="utf-8")
