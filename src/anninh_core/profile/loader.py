"""Loading of a profile: a shipped one by its name, or a file or folder of TOML by its path."""

import os
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from anninh_core._moved import keep_old_imports
from anninh_core.kernel.errors import BadProfile
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import make_visible
from anninh_core.kernel.toml import parse_toml
from anninh_core.profile.build import build_district
from anninh_core.profile.faults import ProfileFault
from anninh_core.profile.source import ProfileSource, suggest_remedy
from anninh_core.vocabulary.district import District

_LONGEST_NAME = 300
_HEAD_FILE = "district.toml"
"""Name of the file that marks a shipped folder as an authority's profile; a folder without it is a base for others."""


def load_profile(name_or_path: str | Path) -> District:
    """Return the district that a profile describes.

    A profile is a TOML file, or a folder with `*.toml` files that together make one document; a table may be in any of
    them. `extends = "co_so_2025"` at the top of a file starts from another profile, a shipped one or a path relative to
    the profile itself: each table replaces the base's table, but `wording`, `words`, `teen_code`, `places` and
    `report_frame` are completed entry by entry, and a category of `incoming` or `outgoing` takes omitted keys from the
    base's category of the same name.

    Raises:
        BadProfile: there is no such profile, it can't be read, or something in it doesn't fit.
    """
    if name_or_path in list_shipped_bases():
        raise BadProfile(
            "Profile {profile!r} is only a base that other profiles extend: make a profile of your own with "
            "`anninh profiles new`.",
            profile=name_or_path,
        )
    return build_district(read_profile(name_or_path))


def list_shipped_profiles() -> list[str]:
    """Return the names of the profiles of authorities that come with the library."""
    return sorted(folder.name for folder in _shipped_folder().iterdir() if (folder / _HEAD_FILE).is_file())


def list_shipped_bases() -> list[str]:
    """Return the names of the shipped profiles without a district: others begin with them by `extends`."""
    return sorted(set(_list_shipped_names()) - set(list_shipped_profiles()))


def read_profile(name_or_path: str | Path) -> ProfileSource:
    """Return the content of a profile's files and of the profiles it extends, unchecked.

    Args:
        name_or_path: as in `load_profile`.

    Raises:
        BadProfile: there is no such profile, or a file of it can't be read.
    """
    source, faults = read_with_bases(name_or_path)
    if faults:
        raise faults[0].to_profile_error(len(faults) - 1)
    return source


def read_with_bases(name_or_path: str | Path, below: tuple[str, ...] = ()) -> tuple[ProfileSource, list[ProfileFault]]:
    """Return the readable content of a profile and of those it extends, and a fault for each unreadable part.

    Args:
        name_or_path: as in `load_profile`.
        below: the profiles that led here by `extends`, first one first.

    Raises:
        BadProfile: there is no such profile at all.
    """
    name = str(name_or_path)
    place = _find_profile(name)
    source, faults = _read_files(name, place)
    if "extends" not in source.data:
        return source, faults
    data = dict(source.data)
    extends = data.pop("extends")
    child = ProfileSource(name, data, source.files)
    base, fault = _find_base_profile(extends, place, source, (*below, name))
    if fault:
        return child, [*faults, fault]
    base_source, base_faults = read_with_bases(base, (*below, name))
    return base_source.extended_by(child), [*faults, *base_faults]


def _shipped_folder() -> Traversable:
    return files("anninh_core.profile") / "data"


def _list_shipped_names() -> list[str]:
    return sorted(folder.name for folder in _shipped_folder().iterdir() if folder.is_dir())


def _find_profile(name: str) -> Traversable:
    if name in _list_shipped_names():
        return _shipped_folder() / name
    if os.path.exists(name):  # noqa: PTH110  the method raises an error for a name that is too long
        return Path(name)
    raise BadProfile(
        "Profile {profile} doesn't exist as a name, a file or a folder ({suggestion}).",
        profile=make_visible(name, _LONGEST_NAME),
        suggestion=suggest_remedy(name, list_shipped_profiles()),
    )


def _find_base_profile(
    extends: Any, place: Traversable, source: ProfileSource, below: tuple[str, ...]
) -> tuple[str, ProfileFault | None]:
    """Return the name or path of the profile that this one extends, or the fault if there is none."""
    if not isinstance(extends, str):
        return "", source.build_fault(
            "extends",
            Sentence("{extends} isn't a name or path", extends=repr(extends)),
            "write the name or path of one profile",
        )
    base = extends
    if extends not in _list_shipped_names() and isinstance(place, Path):
        base = str((place if place.is_dir() else place.parent) / extends)
    if base in below:
        cycle = " -> ".join((*below, base))
        problem = Sentence("the profiles extend each other in a circle ({circle})", circle=cycle)
        return "", source.build_fault("extends", problem, "remove `extends` from one of them")
    if base not in _list_shipped_names() and not os.path.exists(base):  # noqa: PTH110  as above
        problem = Sentence("profile, file or folder {path} doesn't exist", path=make_visible(base, _LONGEST_NAME))
        return "", source.build_fault("extends", problem, suggest_remedy(extends, _list_shipped_names()))
    return base, None


def _read_files(name: str, place: Traversable) -> tuple[ProfileSource, list[ProfileFault]]:
    if place.is_file():
        labelled_files = [(name, place)]
    else:
        entries = sorted(place.iterdir(), key=lambda file: file.name)
        labelled_files = [(f"{name}/{file.name}", file) for file in entries if file.name.endswith(".toml")]
    source = ProfileSource(name, {})
    faults = []
    if not labelled_files:
        faults.append(ProfileFault(name, "", "this folder has no .toml file", "name the folder of a profile"))
    for label, file in labelled_files:
        data = _parse_file(label, file)
        if isinstance(data, ProfileFault):
            faults.append(data)
            continue
        twice = data.keys() & source.data.keys()
        faults += [_make_duplicate_fault(label, key, source) for key in sorted(twice)]
        source = _merge_file(source, label, {key: value for key, value in data.items() if key not in twice})
    return source, faults


def _make_duplicate_fault(label: str, key: str, source: ProfileSource) -> ProfileFault:
    return ProfileFault(label, key, Sentence("it is in {file} as well", file=source.files[key]), "keep one of the two")


def _merge_file(source: ProfileSource, label: str, data: dict[str, Any]) -> ProfileSource:
    entries = {f"{key}.{entry}": label for key in data if isinstance(data[key], dict) for entry in data[key]}
    return ProfileSource(
        source.name, {**source.data, **data}, {**source.files, **dict.fromkeys(data, label), **entries}
    )


def _parse_file(label: str, file: Traversable) -> dict[str, Any] | ProfileFault:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        return ProfileFault(
            label, "", Sentence("byte {position} isn't UTF-8", position=wrong.start), "save the file as UTF-8"
        )
    except OSError as wrong:
        return ProfileFault(
            label, "", Sentence("the file can't be read ({reason})", reason=wrong), "check the file's permissions"
        )
    try:
        return parse_toml(text)
    except ValueError as wrong:
        return ProfileFault(
            label, "", Sentence("this isn't valid TOML: {reason}", reason=wrong), "correct the file at that place"
        )


keep_old_imports(__name__)
