"""The parsed files of a profile, and how a profile extends another."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from attrs import field, frozen

from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import extract_proper_name
from anninh_core.profile.faults import ProfileFault

COMPLETED = frozenset({"wording", "words", "teen_code", "places", "report_frame"})
"""Names of the tables that a profile completes entry by entry; every other table replaces the one of the profile it
extends.
"""

FILLED = frozenset({"incoming", "outgoing"})
"""Names of the tables that are replaced as a whole, but in which an entry takes omitted keys from the base's entry of
the same name.
"""


@frozen
class ProfileSource:
    """The content of a profile's files, before anything is checked.

    Attributes:
        name: name of the profile or path it was read from.
        data: top-level keys of all files.
        files: top-level key, or `table.entry` of a completed table -> file that contains it.
        foreign: the same keys, if inherited from a profile of another authority -> that profile.
        foreign_names: names of that authority and its units.
    """

    name: str
    data: Mapping[str, Any]
    files: Mapping[str, str] = field(factory=dict)
    foreign: Mapping[str, str] = field(factory=dict)
    foreign_names: frozenset[str] = frozenset()

    def build_fault(self, place: str, problem: str, way_out: str) -> ProfileFault:
        """Make the fault of a profile for a place such as `units.ninh-hoa.parent`."""
        return ProfileFault(self._find_file(place), place, problem, way_out)

    def build_unknown_name_fault(self, place: str, value: str, what: str, candidates: Iterable[str]) -> ProfileFault:
        """Make the fault for a name in a profile that refers to nothing."""
        return self.build_fault(
            place,
            Sentence("this profile has no {kind:record} {id!r}", id=value, kind=what),
            suggest_remedy(value, candidates),
        )

    def extended_by(self, child: "ProfileSource") -> "ProfileSource":
        """Return this profile extended by the profile `child`, which takes precedence."""
        foreign = dict(self.foreign)
        names = self.foreign_names
        if _get_authority(self.data) and _get_authority(child.data) not in ("", _get_authority(self.data)):
            foreign |= {key: foreign.get(key, self.name) for key in _iter_keys(self.data)}
            names |= frozenset(_iter_unit_names(self.data))
        own_keys = {*_iter_keys(child.data)}
        return ProfileSource(
            child.name,
            {
                **self.data,
                **child.data,
                **_complete_tables(self.data, child.data),
                **_fill_tables(self.data, child.data),
            },
            {**self.files, **_choose_files(self, child)},
            {key: name for key, name in foreign.items() if key not in own_keys},
            names,
        )

    def _find_file(self, place: str) -> str:
        table, _, entry = place.partition(".")
        names = entry.split(".")
        longest_first = (f"{table}.{'.'.join(names[:end])}" for end in range(len(names), 0, -1))
        return next(filter(None, map(self.files.get, longest_first)), "") or self.files.get(table) or self.name


def suggest_remedy(value: str, candidates: Iterable[str]) -> str:
    """Return advice about an unknown name: the closest name, or the names to choose from."""
    names = sorted(candidates)
    if close := get_close_matches(value, names, n=1):
        return Sentence("did you mean {suggestion!r}?", suggestion=close[0])
    listed_names = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return Sentence("choose one of {allowed}", allowed=listed_names) if names else Sentence("define one first")


def _get_authority(data: Mapping[str, Any]) -> str:
    """Return the id of the authority that a profile belongs to, or ""."""
    head = data.get("district")
    id = head.get("id") if isinstance(head, Mapping) else None
    return id if isinstance(id, str) else ""


def _iter_keys(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys that are inherited or replaced as one piece: tables, and entries of completed tables."""
    for key, value in data.items():
        if key in COMPLETED and isinstance(value, Mapping):
            yield from (f"{key}.{entry}" for entry in value)
        else:
            yield key


def _complete_tables(base: Mapping[str, Any], child: Mapping[str, Any]) -> dict[str, Any]:
    """Return those completed tables that both profiles have, with the entries of both."""
    both = COMPLETED & base.keys() & child.keys()
    return {
        key: _complete_value(base[key], child[key])
        for key in both
        if isinstance(base[key], dict) and isinstance(child[key], dict)
    }


def _fill_tables(base: Mapping[str, Any], child: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables that have only the child's entries, each with its omitted keys filled in from the base."""
    return {
        table: {
            id: _complete_value(base[table][id], entry) if id in base[table] else entry for id, entry in entries.items()
        }
        for table in FILLED & base.keys() & child.keys()
        if isinstance(entries := child[table], dict) and isinstance(base[table], dict)
    }


def _complete_value(base: Any, child: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(child, dict)):
        return child
    return base | {key: _complete_value(base.get(key), value) for key, value in child.items()}


def _choose_files(base: ProfileSource, child: ProfileSource) -> dict[str, str]:
    """Return the file of each key of the child profile; the key of a completed table keeps the base's file."""
    kept = {key for key in COMPLETED & base.files.keys() & child.data.keys() if isinstance(child.data[key], dict)}
    return {key: file for key, file in child.files.items() if key not in kept}


def _iter_unit_names(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of an authority's units: without their kind, if more than one word remains to identify them."""
    units = data.get("units")
    for unit in units.values() if isinstance(units, Mapping) else ():
        name = unit.get("name") if isinstance(unit, Mapping) else None
        if isinstance(name, str) and name.strip():
            proper = extract_proper_name(name)
            yield proper if " " in proper else name
