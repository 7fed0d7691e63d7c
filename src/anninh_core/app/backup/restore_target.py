"""The storage, keys and blobs into which a backup is restored, opened without an app: nothing is recorded, nothing is
sent.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from attrs import frozen

from anninh_core.app.bootstrap.keys import is_empty
from anninh_core.app.bootstrap.keys import open_keys as open_keys_at
from anninh_core.app.settings import Settings
from anninh_core.domain.registry import KINDS
from anninh_core.kernel.errors import BadInput
from anninh_core.plugins import Plugins
from anninh_core.ports.blobs import Blobs
from anninh_core.ports.keys import Keys
from anninh_core.ports.storages.storage import Storage


@frozen(kw_only=True)
class RestoreTarget:
    """Storage, keys and blobs of an authority.

    Attributes:
        keys: opens the keys, once. A missing key file is created only if that was allowed and the storage is empty.
    """

    storage: Storage
    keys: Callable[[], Keys]
    blobs: Blobs

    def require_empty(self) -> None:
        """Raise `BadInput` unless the storage is empty."""
        if not is_empty(self.storage):
            raise BadInput("The storage isn't empty, and nothing was changed: name an empty storage in the settings.")


@contextmanager
def open_target(settings: Settings, *, new_keys: bool = False) -> Iterator[RestoreTarget]:
    """Open the storage, keys and blobs that settings name.

    Args:
        settings: paths relative to the working directory.
        new_keys: whether a missing key file may be created.

    Raises:
        ConfigurationError: a needed key file is missing.
        StorageError: the storage can't be opened.
    """
    plugins = Plugins(settings.plugins)
    # Missing keys are reported before a storage is created.
    present = None if new_keys else open_keys_at(plugins, settings)
    storage = plugins.open_storage(settings.storage)
    try:
        storage.prepare([kind.spec for kind in KINDS])
        yield RestoreTarget(
            storage=storage,
            keys=cache(lambda: present or open_keys_at(plugins, settings, storage)),
            blobs=plugins.blobs("local")(Path(settings.blobs)),
        )
    finally:
        storage.close()


def open_keys(settings: Settings) -> Keys:
    """Open only the keys that settings name.

    Raises:
        ConfigurationError: there are no keys.
        StorageError: the keys can't be read.
    """
    return open_keys_at(Plugins(settings.plugins), settings)
