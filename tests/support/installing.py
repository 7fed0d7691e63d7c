"""A helper that writes a distribution's metadata into a folder on the import path, as an installer does."""

from collections.abc import Mapping
from pathlib import Path


def write_metadata(site: Path, name: str, points: Mapping[str, Mapping[str, str]], version: str = "1.0") -> None:
    """Write the metadata of a distribution into the folder `site`, with its entry points: group -> name -> object
    reference.
    """
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
    lines = [
        line
        for group, entries in points.items()
        for line in (f"[{group}]", *(f"{key} = {at}" for key, at in entries.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines))
