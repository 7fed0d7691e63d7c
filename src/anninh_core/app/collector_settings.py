"""Settings of collectors, and how paths among options are read."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field


def resolve_options(options: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return options with relative paths counted from a folder."""
    path_options = [name for name in options if name in ("path", "folder") or name.endswith("_file")]
    return {**options, **{name: str(folder / options[name]) for name in path_options}}


class CollectorSettings(BaseModel):
    """One source outside that is read for editors: the registered name of its type, its options, and how often.

    Options named `path`, `folder` or with `_file` at the end count from the folder of the settings file.

    Attributes:
        type: registered name of its type, which a plugin brings.
        options: what the type takes.
        source_name: whose information it is, as a draft made of it says.
        unit: id of the unit whose editors see what is found; "" for the root.
        every_minutes: how often the source is read.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    type: str
    options: dict[str, str] = Field(default_factory=dict)
    source_name: str = Field(min_length=1, max_length=200)
    unit: str = ""
    every_minutes: int = Field(default=60, ge=1, le=44_640)

    def resolve_paths(self, folder: Path) -> "CollectorSettings":
        """Return the settings with relative paths counted from a folder."""
        return self.model_copy(update={"options": resolve_options(self.options, folder)})
