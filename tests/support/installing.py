"""What an installer does: a distribution's own words in a folder on the path."""

from collections.abc import Mapping
from pathlib import Path


def install(site: Path, name: str, points: Mapping[str, Mapping[str, str]], version: str = "1.0") -> None:
    """Enter a distribution with its entry points, group -> name -> where it is found."""
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
    lines = [
        line
        for group, found in points.items()
        for line in (f"[{group}]", *(f"{key} = {at}" for key, at in found.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines))
