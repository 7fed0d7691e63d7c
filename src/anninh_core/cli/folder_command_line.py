"""Access to a folder's messengers for the commands of adapters."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

# These modules are imported late, because every command gets this object and few open an app with it.
if TYPE_CHECKING:
    from anninh_core.ports.messengers.messenger import Messenger


class FolderCommandLine:
    """A `CommandLine` for the commands of adapters; see `ports.commands`."""

    @contextmanager
    def messengers(self, at: Path | None = None) -> "Iterator[Mapping[str, Messenger]]":
        """Open the app of a folder, by default $ANNINH_AT or the working directory, and yield its messengers."""
        from anninh_core.app import open_app  # noqa: PLC0415  see above
        from anninh_core.cli.folder import enter_folder  # noqa: PLC0415

        folder = at or Path(os.environ.get("ANNINH_AT") or ".")
        with enter_folder(folder.resolve()) as (settings, district), open_app(district, settings) as app:
            yield app.internals.messengers
