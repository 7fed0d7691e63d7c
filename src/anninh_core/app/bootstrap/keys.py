"""Opening the keys. New ones are made for an empty storage only: beside a storage in use they would hide a loss."""

from pathlib import Path

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.plugins import Plugins
from anninh_core.ports.changes import IndexSpec
from anninh_core.ports.keys import Keys
from anninh_core.ports.storage import Storage


def open_keys(plugins: Plugins, path: Path, storage: Storage | None = None) -> Keys:
    """Open the keys of a storage.

    Args:
        plugins: offer the keeper.
        path: where the settings say that the keys are.
        storage: prepared; if it is empty, and there are no keys, they are made. None: they are never made.

    Raises:
        ConfigurationError: there are no keys, and none may be made.
        StorageError: they can't be read.
    """
    factory = plugins.keys("local")
    if path.exists():
        return factory(path)
    if storage is None or not is_empty(storage):
        raise ConfigurationError(
            f"there is no key file {path}: put its copy there, nothing can be read without; "
            "new keys are made for an empty storage only"
        )
    return factory(path, create=True)


def is_empty(storage: Storage) -> bool:
    """Tell whether nothing was ever stored: what a new storage knows are its kinds."""
    return all(isinstance(row, IndexSpec) for row in storage.maintenance.dump())
