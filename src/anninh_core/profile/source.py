"""The parsed files of a profile, and the one form of error messages about them."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from attrs import field, frozen

from anninh_core.kernel.errors import BadProfile
from anninh_core.kernel.text import visible

COMPLETED = frozenset({"wording", "words", "teen_code"})
"""Tables that a profile completes entry by entry; every other table replaces the one of the profile it extends."""


_LONGEST_MESSAGE = 500


@frozen
class ProfileSource:
    """What stands in the files of a profile, before anything is checked.

    Attributes:
        name: name of the profile or path it was read from.
        data: top-level keys of all files.
        files: top-level key, or `table.entry` of a completed table -> file it stands in.
    """

    name: str
    data: Mapping[str, Any]
    files: Mapping[str, str] = field(factory=dict)

    def error_at(self, place: str, problem: str, way_out: str) -> BadProfile:
        """Make the error for a place such as `units.ninh-hoa.parent`; the caller raises it."""
        message = f"{self._file_of(place)}: {visible(place)}: {problem}; {way_out}"
        return BadProfile(visible(" ".join(message.split()), _LONGEST_MESSAGE))  # keys may hold anything

    def unknown_name_error(self, place: str, value: str, what: str, known: Iterable[str]) -> BadProfile:
        """Make the error for a name that refers to nothing."""
        return self.error_at(place, f"{value!r} is no {what} of this profile", way_out(value, known))

    def extended_by(self, child: "ProfileSource") -> "ProfileSource":
        """Return this profile with another one laid over it."""
        data, files = {**self.data, **child.data}, {**self.files, **child.files}
        for table in COMPLETED & self.data.keys() & child.data.keys():
            if isinstance(self.data[table], dict) and isinstance(child.data[table], dict):
                data[table] = self.data[table] | child.data[table]
                files[table] = self.files.get(table, self.name)
        return ProfileSource(child.name, data, files)

    def _file_of(self, place: str) -> str:
        table, _, entry = place.partition(".")
        return self.files.get(f"{table}.{entry}") or self.files.get(table) or self.name


def way_out(value: str, known: Iterable[str]) -> str:
    """Say which name may have been meant."""
    names = sorted(known)
    if close := get_close_matches(value, names, n=1):
        return f"did you mean {close[0]!r}?"
    listed_names = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"take one of: {listed_names}" if names else "define one first"
