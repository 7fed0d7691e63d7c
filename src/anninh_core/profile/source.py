"""The parsed files of a profile, and faults at a place in them."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from attrs import field, frozen

from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import proper_name
from anninh_core.profile.faults import ProfileFault

COMPLETED = frozenset({"wording", "words", "teen_code", "places", "report_frame"})
"""Tables that a profile completes entry by entry; every other table replaces the one of the profile it extends."""

FILLED = frozenset({"incoming", "outgoing"})
"""Tables that are replaced as a whole, but an entry takes omitted keys from the base's entry of the same name."""


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

    def fault_at(self, place: str, problem: str, way_out: str) -> ProfileFault:
        """Make the fault for a place such as `units.ninh-hoa.parent`."""
        return ProfileFault(self._file_of(place), place, problem, way_out)

    def unknown_name(self, place: str, value: str, what: str, candidates: Iterable[str]) -> ProfileFault:
        """Make the fault for a name that refers to nothing."""
        return self.fault_at(
            place, Sentence("this profile has no {kind:record} {id!r}", id=value, kind=what), way_out(value, candidates)
        )

    def extended_by(self, child: "ProfileSource") -> "ProfileSource":
        """Return this profile extended by `child`, which takes precedence."""
        foreign = dict(self.foreign)
        names = self.foreign_names
        if _authority_of(self.data) and _authority_of(child.data) not in ("", _authority_of(self.data)):
            foreign |= {key: foreign.get(key, self.name) for key in _keys_of(self.data)}
            names |= frozenset(_names_in(self.data))
        own_keys = {*_keys_of(child.data)}
        return ProfileSource(
            child.name,
            {**self.data, **child.data, **_completed(self.data, child.data), **_filled(self.data, child.data)},
            {**self.files, **_files_over(self, child)},
            {key: name for key, name in foreign.items() if key not in own_keys},
            names,
        )

    def _file_of(self, place: str) -> str:
        table, _, entry = place.partition(".")
        names = entry.split(".")
        longest_first = (f"{table}.{'.'.join(names[:end])}" for end in range(len(names), 0, -1))
        return next(filter(None, map(self.files.get, longest_first)), "") or self.files.get(table) or self.name


def way_out(value: str, candidates: Iterable[str]) -> str:
    """Return advice about an unknown name: the closest name, or the names to choose from."""
    names = sorted(candidates)
    if close := get_close_matches(value, names, n=1):
        return Sentence("did you mean {suggestion!r}?", suggestion=close[0])
    listed_names = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return Sentence("choose one of {allowed}", allowed=listed_names) if names else Sentence("define one first")


def _authority_of(data: Mapping[str, Any]) -> str:
    """Return the id of the authority that a profile belongs to, or ""."""
    head = data.get("district")
    id = head.get("id") if isinstance(head, Mapping) else None
    return id if isinstance(id, str) else ""


def _keys_of(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys that are inherited or replaced as one piece: tables, and entries of completed tables."""
    for key, value in data.items():
        if key in COMPLETED and isinstance(value, Mapping):
            yield from (f"{key}.{entry}" for entry in value)
        else:
            yield key


def _completed(base: Mapping[str, Any], child: Mapping[str, Any]) -> dict[str, Any]:
    """Return the completed tables, with the entries of both profiles."""
    both = COMPLETED & base.keys() & child.keys()
    return {
        key: _complete(base[key], child[key])
        for key in both
        if isinstance(base[key], dict) and isinstance(child[key], dict)
    }


def _filled(base: Mapping[str, Any], child: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables that have only the child's entries, each with its omitted keys filled in."""
    return {
        table: {id: _complete(base[table][id], entry) if id in base[table] else entry for id, entry in entries.items()}
        for table in FILLED & base.keys() & child.keys()
        if isinstance(entries := child[table], dict) and isinstance(base[table], dict)
    }


def _complete(base: Any, child: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(child, dict)):
        return child
    return base | {key: _complete(base.get(key), value) for key, value in child.items()}


def _files_over(base: ProfileSource, child: ProfileSource) -> dict[str, str]:
    """Return the file of each key of the child; the key of a completed table keeps the base's file."""
    kept = {key for key in COMPLETED & base.files.keys() & child.data.keys() if isinstance(child.data[key], dict)}
    return {key: file for key, file in child.files.items() if key not in kept}


def _names_in(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of an authority's units: without their kind, if more than one word remains to identify them."""
    units = data.get("units")
    for unit in units.values() if isinstance(units, Mapping) else ():
        name = unit.get("name") if isinstance(unit, Mapping) else None
        if isinstance(name, str) and name.strip():
            proper = proper_name(name)
            yield proper if " " in proper else name
