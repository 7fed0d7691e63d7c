"""Columns of a view, taken from the fields that it lists, with headings from the catalogue."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from anninh_core.cli.frame.declaration import Column
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.language.speaking import find_output_language
from anninh_core.cli.output import shorten_id
from anninh_core.language.labels import VIEW, find_label, humanize_name
from anninh_core.usecase.views import field_names, listed_fields, plain_fields


def list_columns(view: type) -> Sequence[Column]:
    """Return the columns of a table of views."""
    return [_build_column(name, view) for name in listed_fields(view)]


def list_fact_columns(view: type) -> Sequence[Column]:
    """Return the columns for the facts of one view; a nested view becomes one line."""
    plain = plain_fields(view)
    names = sorted(field_names(view), key=lambda name: name not in plain)
    return [
        Column(heading=_find_heading(name), of=name)
        if name in plain
        else Column(heading=_find_heading(name), of=_build_nested_cell(name))
        for name in names
    ]


def _build_column(name: str, view: type) -> Column:
    if name.rpartition(".")[2] == "id":
        return Column(heading=_find_heading(name), of=_build_short_id_cell(name))
    is_last = name == listed_fields(view)[-1]
    return Column(heading=_find_heading(name), of=name, shrinks=not is_last)


def _find_heading(name: str) -> str:
    """Return the label of a view's field."""
    return find_label(name.rpartition(".")[2], VIEW, find_output_language()) or humanize_name(name).lower()


def _build_short_id_cell(name: str) -> Callable[[Labels, Any], str]:
    return lambda _labels, view: shorten_id(attrgetter(name)(view))


def _build_nested_cell(name: str) -> Callable[[Labels, Any], str]:
    def format_cell(labels: Labels, view: Any) -> str:
        value = getattr(view, name)
        parts = value if isinstance(value, tuple | list) else [value]
        return "\n".join(labels.line(part) for part in parts if part is not None)

    return format_cell
