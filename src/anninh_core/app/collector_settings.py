"""Settings of collectors; paths among their options are resolved."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field


def resolve_options(options: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return options with relative paths resolved against a folder."""
    path_options = [name for name in options if name in ("path", "folder") or name.endswith("_file")]
    return {**options, **{name: str(folder / options[name]) for name in path_options}}


class CollectorSettings(BaseModel):
    """One external source that is read for editors: type, options, interval.

    Options named `path`, `folder` or ending in `_file` are relative to the folder of the settings file.

    Attributes:
        type: registered name of its type, which a plugin provides.
        options: options of the type.
        source_name: owner of the information, as named in drafts made from it.
        unit: id of the unit whose editors see the collected texts; "" for the root.
        every_minutes: interval between two readings.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    type: str
    options: dict[str, str] = Field(default_factory=dict)
    source_name: str = Field(min_length=1, max_length=200)
    unit: str = ""
    every_minutes: int = Field(default=60, ge=1, le=44_640)

    def resolve_paths(self, folder: Path) -> "CollectorSettings":
        """Return the settings with relative paths resolved against a folder."""
        return self.model_copy(update={"options": resolve_options(self.options, folder)})
