"""Storage, keys and blobs opened without an app: nothing is recorded, nothing is sent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from attrs import frozen

from anninh_core.app.settings import Settings
from anninh_core.domain.registry import KINDS
from anninh_core.kernel.errors import BadInput, ConfigurationError
from anninh_core.plugins import Plugins
from anninh_core.ports.blobs import Blobs
from anninh_core.ports.changes import IndexSpec
from anninh_core.ports.keys import Keys
from anninh_core.ports.storage import Storage


@frozen(kw_only=True)
class RestoreTarget:
    """Storage, keys and blobs of an authority.

    Attributes:
        keys: opens the keeper of keys; only then is a key file made, where there is none and one may be made.
    """

    storage: Storage
    keys: Callable[[], Keys]
    blobs: Blobs

    def require_empty(self) -> None:
        """Raise `BadInput` unless the storage is empty."""
        rows = self.storage.maintenance.dump()
        if any(not isinstance(row, IndexSpec) for row in rows):
            raise BadInput("the storage isn't empty, and nothing was changed; name an empty one in the settings")


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
    path = Path(settings.keys)
    if not new_keys and not path.exists():
        raise ConfigurationError(f"there is no key file {path}: put its copy there first, nothing can be read without")
    plugins = Plugins(settings.plugins)
    storage = plugins.open_storage(settings.storage)
    storage.prepare([kind.spec for kind in KINDS])
    keys, blobs = partial(plugins.keys("local"), path), plugins.blobs("local")(Path(settings.blobs))
    try:
        yield RestoreTarget(storage=storage, keys=keys, blobs=blobs)
    finally:
        storage.close()
