"""Search for everything in a profile that doesn't fit; each fault is reported with its file, line and key."""

import re
from importlib.resources import files
from pathlib import Path

from attrs import evolve

from anninh_core.kernel.errors import BadProfile
from anninh_core.profile.authoring.lines import LineIndex
from anninh_core.profile.checks.everything import check_source
from anninh_core.profile.faults import ProfileFault
from anninh_core.profile.loader import list_shipped_bases, read_with_bases

_LINE = re.compile(r"\bat line (\d+)")


def check_profile(name_or_path: str | Path) -> list[ProfileFault]:
    """Return all faults of a profile, by file and line; none if it can be used.

    Invalid TOML and tables of a wrong shape hide the faults of what depends on them: correct them, and check again.

    Args:
        name_or_path: as in `load_profile`.

    Raises:
        BadProfile: there is no such profile, or it is a base without a district.
    """
    if name_or_path in list_shipped_bases():
        raise BadProfile(
            "Profile {profile!r} is only a base that other profiles extend: check a profile that extends it.",
            profile=name_or_path,
        )
    source, faults = read_with_bases(name_or_path)
    if not faults:
        _, faults = check_source(source)
    indexes: dict[str, LineIndex] = {}
    return sorted((_add_line(fault, indexes) for fault in faults), key=lambda fault: (fault.file, fault.line))


def _add_line(fault: ProfileFault, indexes: dict[str, LineIndex]) -> ProfileFault:
    if line_match := _LINE.search(fault.problem):
        return evolve(fault, line=int(line_match[1]))
    if not fault.place:
        return fault
    if fault.file not in indexes:
        indexes[fault.file] = LineIndex(_read_profile_file(fault.file))
    return evolve(fault, line=indexes[fault.file].find(fault.place))


def _read_profile_file(label: str) -> str:
    """Return the text of a profile's file by its label: a path, or a shipped profile's name and a file of that
    profile.
    """
    file = Path(label)
    shipped = files("anninh_core.profile") / "data" / label
    if file.is_file():
        return file.read_text(encoding="utf-8")
    return shipped.read_text(encoding="utf-8") if shipped.is_file() else ""
