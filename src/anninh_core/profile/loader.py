"""Read a profile: a shipped one by its name, or a file or folder of TOML by its path."""

import os
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from anninh_core.kernel.errors import BadProfile
from anninh_core.kernel.text import visible
from anninh_core.kernel.toml import parse_toml
from anninh_core.profile.build import build_district
from anninh_core.profile.source import ProfileSource, way_out
from anninh_core.vocabulary.district import District

_LONGEST_NAME = 300


def load_profile(name_or_path: str | Path) -> District:
    """Return the district of a profile.

    A profile is a TOML file, or a folder whose `*.toml` files make one document together; which table stands in which
    file doesn't matter. `extends = "hoa_lu_2021"` at the top of a file starts from another profile, a shipped one or
    a path seen from the profile itself: each table given replaces the one there, and `wording`, `words` and
    `teen_code` are completed entry by entry.

    Raises:
        BadProfile: there is no such profile, it can't be read, or something in it doesn't fit.
    """
    return build_district(read_profile(name_or_path))


def shipped_profiles() -> list[str]:
    """Return the names of the profiles that come with the library."""
    return sorted(folder.name for folder in _shipped().iterdir() if folder.is_dir())


def read_profile(name_or_path: str | Path, below: tuple[str, ...] = ()) -> ProfileSource:
    """Return what stands in a profile's files and in those it extends, unchecked.

    Args:
        name_or_path: as in `load_profile`.
        below: the profiles that led here by `extends`, first one first.
    """
    name = str(name_or_path)
    if name in below:
        cycle = " -> ".join((*below, name))
        raise BadProfile(f"{name}: extends: the profiles extend each other in a circle ({cycle}); remove one of them")
    place = _find_profile(name)
    source = _read_files(name, place)
    if "extends" not in source.data:
        return source
    data = dict(source.data)
    base = _base_profile(data.pop("extends"), place, source)
    return read_profile(base, (*below, name)).extended_by(ProfileSource(name, data, source.files))


def _shipped() -> Traversable:
    return files("anninh_core.profile") / "data"


def _find_profile(name: str) -> Traversable:
    if name in shipped_profiles():
        return _shipped() / name
    if os.path.exists(name):  # noqa: PTH110  the method raises an error for a name that is too long
        return Path(name)
    raise BadProfile(
        f"{visible(name, _LONGEST_NAME)}: there is no such profile, file or folder; {way_out(name, shipped_profiles())}"
    )


def _base_profile(extends: Any, place: Traversable, source: ProfileSource) -> str:
    """Return the name or path of the profile that this one extends."""
    if not isinstance(extends, str):
        raise source.error_at("extends", f"{extends!r} is no name", "write the name or path of one profile")
    if extends in shipped_profiles() or not isinstance(place, Path):
        return extends
    return str((place if place.is_dir() else place.parent) / extends)


def _read_files(name: str, place: Traversable) -> ProfileSource:
    if place.is_file():
        labelled_files = [(name, place)]
    else:
        entries = sorted(place.iterdir(), key=lambda file: file.name)
        labelled_files = [(f"{name}/{file.name}", file) for file in entries if file.name.endswith(".toml")]
    if not labelled_files:
        raise BadProfile(f"{name}: there is no .toml file in this folder; name the folder of a profile")
    source = ProfileSource(name, {})
    for label, file in labelled_files:
        source = _merge_file(source, label, _parse_file(label, file))
    return source


def _merge_file(source: ProfileSource, label: str, data: dict[str, Any]) -> ProfileSource:
    """Add the tables of one more file; a table may stand in one file only."""
    for key in data.keys() & source.data.keys():
        raise ProfileSource(label, {}).error_at(key, f"it stands in {source.files[key]} as well", "keep one of the two")
    entries = {f"{key}.{entry}": label for key in data if isinstance(data[key], dict) for entry in data[key]}
    return ProfileSource(
        source.name, {**source.data, **data}, {**source.files, **dict.fromkeys(data, label), **entries}
    )


def _parse_file(label: str, file: Traversable) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        raise BadProfile(f"{label}: byte {wrong.start} is not UTF-8; save the file as UTF-8") from None
    except OSError as wrong:
        raise BadProfile(f"{label}: it can't be read ({wrong}); check its permissions") from wrong
    try:
        return parse_toml(text)
    except ValueError as wrong:
        raise BadProfile(f"{label}: this is not TOML: {wrong}; correct the place it names") from None
