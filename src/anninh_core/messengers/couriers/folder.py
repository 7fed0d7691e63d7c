"""A courier that writes files into a folder, such as a share of the superior authority or a mounted USB stick."""

from collections.abc import Mapping
from pathlib import Path

from anninh_core.kernel.errors import RetryLater
from anninh_core.kernel.files import write_atomically
from anninh_core.ports.options import AcceptedOptions


class FolderCourier:
    """Writes each file atomically into a folder, under the file's name.

    Args:
        options: `folder`, which must exist: a folder that isn't mounted is reported instead of created.

    Raises:
        ConfigurationError: `folder` is missing, or another option is given.
    """

    name = "folder"
    accepted_options = AcceptedOptions(required=("folder",))

    def __init__(self, options: Mapping[str, str]) -> None:
        options = self.accepted_options.read("courier 'folder'", options)
        self._folder = Path(options["folder"])

    def deliver(self, file_name: str, data: bytes) -> None:
        """Write the file into the folder, or raise `RetryLater` if the folder can't be written now."""
        try:
            write_atomically(self._folder / file_name, data)
        except OSError as error:
            raise RetryLater(
                "{path} can't be written ({reason}): free space, or give this process permission to write.",
                path=self._folder,
                reason=error.strerror,
            ) from error
