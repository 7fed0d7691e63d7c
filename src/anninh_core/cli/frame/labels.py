"""Words for the values in views, such as states and kinds, days, and names of units and officers."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import partial
from gettext import gettext as _
from typing import Any

from anninh_core.cli.language.speaking import find_output_language
from anninh_core.cli.output import make_one_line
from anninh_core.kernel.dates import vietnam_time
from anninh_core.language.labels import JOURNAL, find_label
from anninh_core.usecase.views import is_view, listed_fields
from anninh_core.vocabulary.district import District
from anninh_core.workflows.labels import name_member

_UNITS = frozenset({"chosen", "unit", "handling_unit", "lead", "units"})
_OFFICERS = frozenset(
    {"assigned_by", "by", "decided_by", "handlers", "officer", "officers", "opened_by", "owner", "requested_by"}
)
_PROFILE_FAMILIES: Mapping[str, str] = {"urgency": "urgency", "legal_kind": "legal_kind", "kind": "group_kind"}
"""Families of words in the profile's wording, by field."""


class Labels:
    """Words for the values in views, in the user's language.

    In English these are the program's own words, which are also the values of options. In Vietnamese these are the
    profile's words, or those of the catalogue if the profile has none.

    Args:
        name_officer: returns the name of an officer by id.
    """

    def __init__(self, district: District, name_officer: Callable[[str], str]) -> None:
        self.district = district
        self._name_officer = name_officer
        self._own = find_output_language() == "en"

    def field(self, view: Any, name: str) -> str:
        """Return a view's field in words; `a.b` is a field of a field, and a missing field is ""."""
        for part in name.split("."):
            view = getattr(view, part, None)
        return self.value(name.rpartition(".")[2], view)

    def value(self, name: str, value: Any) -> str:
        """Return the value of a field in words."""
        match value:
            case None:
                return ""
            case bool():
                return _("yes") if value else _("no")
            case Enum():
                return self.state(value)
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case tuple() | list():
                return ", ".join(map(partial(self.value, name), value))
            case Mapping():
                return ", ".join(f"{key}: {self.value(name, each)}" for key, each in value.items())
            case float():
                return f"{value:.2f}".rstrip("0").rstrip(".")
            case str():
                return self._find_word(name, value)
        return self.line(value) if is_view(type(value)) else str(value)

    def line(self, view: Any) -> str:
        """Return a nested view in one line, as the fields that lists show of it."""
        return ", ".join(filter(None, (self.field(view, name) for name in listed_fields(type(view)))))

    def state(self, value: Enum) -> str:
        """Return the word for a member of a closed list; the catalogue has it under the name of the list."""
        return str(value.value) if self._own else name_member(value, self.district, find_output_language())

    def word_of_list(self, name: str, value: str) -> str:
        """Return the label of a value in a closed list, called `name` in the catalogue."""
        return find_label(value, name, find_output_language()) or value

    def moment(self, value: datetime) -> str:
        """Return a moment in Vietnam's time zone."""
        return f"{vietnam_time(value):{'%Y-%m-%d %H:%M' if self._own else '%d/%m/%Y %H:%M'}}"

    def day(self, value: date) -> str:
        """Return a day, in Vietnamese as DD/MM/YYYY."""
        return value.isoformat() if self._own else f"{value:%d/%m/%Y}"

    def unit(self, id: str) -> str:
        """Return a unit's name."""
        unit = self.district.units.get(id)
        return unit.name if unit else id

    def officer(self, id: str) -> str:
        """Return an officer's name."""
        return self._name_officer(id) if id else ""

    def category(self, id: str) -> str:
        """Return the name of an incoming or outgoing category."""
        category = self.district.incoming.get(id) or self.district.outgoing.get(id)
        return id if self._own or category is None else category.name

    def word(self, family: str, word: str) -> str:
        """Return the wording that the profile has for a word of a family."""
        return word if self._own else self.district.wording.get(f"{family}.{word}", word)

    def _find_word(self, name: str, value: str) -> str:
        if name in _UNITS:
            return self.unit(value)
        if name in _OFFICERS:
            return self.officer(value)
        if name == "category":
            return self.category(value)
        if name == "action":
            return value if self._own else find_label(value, JOURNAL, find_output_language()) or value
        if name in _PROFILE_FAMILIES:
            return self.word(_PROFILE_FAMILIES[name], value)
        return value

    def build_placeholders(self, view: Any) -> Mapping[str, str]:
        """Return the fields of a view for the placeholders of a sentence."""
        return _Fields(self, view)


class _Fields(dict[str, str]):
    """Fields of a view in words; a field is put into words when a sentence names it."""

    def __init__(self, labels: Labels, view: Any) -> None:
        super().__init__()
        self._labels = labels
        self._view = view

    def __missing__(self, name: str) -> str:
        return make_one_line(self._labels.field(self._view, name.replace("__", ".")))
