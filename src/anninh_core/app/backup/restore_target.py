"""Storage, keys and blobs opened without an app: nothing is recorded, nothing is sent."""

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
        keys: opens the keeper of keys, once; only then is a key file made, where there is none, one may be made, and
            the storage is empty.
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
    """Open the place that settings name.

    Args:
        settings: paths seen from the working directory.
        new_keys: whether a key file may be made where there is none.

    Raises:
        ConfigurationError: there is no key file where one is needed.
        StorageError: the storage can't be opened.
    """
    plugins = Plugins(settings.plugins)
    present = None if new_keys else open_keys_at(plugins, settings)  # told before a storage is made
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
    """Open the keys that settings name, and nothing else.

    Raises:
        ConfigurationError: there are none.
        StorageError: they can't be read.
    """
    return open_keys_at(Plugins(settings.plugins), settings)
