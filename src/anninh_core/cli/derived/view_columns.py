"""Columns of a view: the fields that it lists, with headings from the catalogue."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from anninh_core.cli.frame.declaration import Column
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.language.speaking import spoken
from anninh_core.cli.output import short
from anninh_core.language.labels import VIEW, find_label, humanize
from anninh_core.usecase.views import field_names, listed_fields, plain_fields


def list_columns(view: type) -> Sequence[Column]:
    """Return the columns of a table of views."""
    return [_column(name, view) for name in listed_fields(view)]


def fact_columns(view: type) -> Sequence[Column]:
    """Return the columns for one view's facts; a nested view is one line."""
    plain = plain_fields(view)
    names = sorted(field_names(view), key=lambda name: name not in plain)
    return [
        Column(heading=_heading(name), of=name)
        if name in plain
        else Column(heading=_heading(name), of=_nested_cell(name))
        for name in names
    ]


def _column(name: str, view: type) -> Column:
    if name.rpartition(".")[2] == "id":
        return Column(heading=_heading(name), of=_short_id(name))
    is_last = name == listed_fields(view)[-1]
    return Column(heading=_heading(name), of=name, shrinks=not is_last)


def _heading(name: str) -> str:
    """Return the label of a view's field."""
    return find_label(name.rpartition(".")[2], VIEW, spoken()) or humanize(name).lower()


def _short_id(name: str) -> Callable[[Labels, Any], str]:
    return lambda _labels, view: short(attrgetter(name)(view))


def _nested_cell(name: str) -> Callable[[Labels, Any], str]:
    def cell(labels: Labels, view: Any) -> str:
        value = getattr(view, name)
        parts = value if isinstance(value, tuple | list) else [value]
        return "\n".join(labels.line(part) for part in parts if part is not None)

    return cell
