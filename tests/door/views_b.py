"""The list of what views send: `python -m tests.door.views_b` writes it anew."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from inspect import signature
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from attrs import fields
from tests.app.test_api import verbs

from anninh_core.app import App
from anninh_core.testing import memory_app
from anninh_core.usecase import Listing, UseCase, UseCaseKind, use_case_of
from anninh_core.usecase.views import is_view

FILE = Path(__file__).with_suffix(".txt")
NOUNS = (
    "audit",
    "content",
    "failures",
    "groups",
    "keys",
    "moderation",
    "programme",
    "reports",
    "retention",
    "units",
)
NO_VIEWS = {
    "audit.export": "lines of a file",
    "content.attach": "an upload",
    "reports.render": "a file",
}
"""Verbs whose answer leaves as a file or an upload, or isn't made for outside, and what it is."""


def public_verbs(app: App, nouns: Sequence[str] = NOUNS) -> Iterator[tuple[str, Callable[..., object], UseCase]]:
    """Yield the public verbs of nouns as `noun.verb`, with their marks."""
    for name, verb in verbs(app):
        mark = use_case_of(verb)
        if mark is not None and mark.public and name.partition(".")[0] in nouns:
            yield name, verb, mark


def shown_as(annotation: Any, *, opens_one: bool) -> type | None:
    """Return the view as which an answer leaves, None for a plain value.

    Raises:
        TypeError: it has none.
    """
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        (annotation,) = (one for one in inner if one is not NoneType)
    elif origin in (Listing, Sequence) or (origin is tuple and inner[1:] == (Ellipsis,)):
        return shown_as(inner[0], opens_one=False)
    if annotation in (None, NoneType, str, bytes) or is_view(annotation):
        return annotation if is_view(annotation) else None
    for name in ("to_view", "to_row") if opens_one else ("to_row", "to_view"):
        if hasattr(annotation, name):
            view: type = get_type_hints(getattr(annotation, name))["return"]
            return view
    raise TypeError(f"{annotation} has no view")


def answers(app: App, nouns: Sequence[str] = NOUNS) -> dict[str, type | None]:
    """Return verb -> the view as which it answers, None for a plain value; verbs without a view are left out."""
    found: dict[str, type | None] = {}
    for name, verb, mark in public_verbs(app, nouns):
        annotation = signature(verb).return_annotation
        try:
            found[name] = shown_as(annotation, opens_one=mark.kind is UseCaseKind.QUERY)
        except TypeError:
            continue
    return found


def views_within(view: type) -> Iterator[type]:
    """Yield a view and those that its fields are made of."""
    yield view
    for note in get_type_hints(view).values():
        yield from (one for part in _parts(note) if is_view(part) for one in views_within(part))


def _parts(note: Any) -> Iterator[Any]:
    yield note
    for inner in get_args(note):
        yield from _parts(inner)


def describe(views: Mapping[str, type | None]) -> str:
    """Return the list: as what each verb answers, then the fields of each view."""
    lines = [f"{name} -> {view.__name__ if view else 'a plain value'}" for name, view in sorted(views.items())]
    classes = {one for view in views.values() if view is not None for one in views_within(view)}
    for view in sorted(classes, key=lambda one: one.__name__):
        hints = get_type_hints(view)
        lines += ["", view.__name__, *(f"  {one.name}: {_write(hints[one.name])}" for one in fields(view))]
    return "\n".join(lines) + "\n"


def _write(note: Any) -> str:
    """Return an annotation without the modules of its names."""
    if note is Ellipsis:
        return "..."
    inner = get_args(note)
    if not inner:
        return "None" if note is NoneType else str(note.__name__)
    if get_origin(note) in (Union, UnionType):
        return " | ".join(map(_write, inner))
    return f"{get_origin(note).__name__}[{', '.join(map(_write, inner))}]"


if __name__ == "__main__":
    with memory_app() as opened:
        FILE.write_text(describe(answers(opened)), encoding="utf-8")
