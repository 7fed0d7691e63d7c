"""Bringing a storage to the schema of this version, as an act of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from anninh_core.app.settings import Settings
from anninh_core.domain.index_specs import SPECS
from anninh_core.kernel.errors import StorageError
from anninh_core.plugins import Plugins
from anninh_core.ports.storages.storage import Storage
from anninh_core.ports.storages.upgrading import TellsUpgrade, Upgrade


def find_upgrade(settings: Settings) -> Upgrade | None:
    """Tell what opening the storage would do to what is stored; None where the storage doesn't tell. Nothing is done.

    Raises:
        NewerDatabase: written by a newer version.
        StorageError: can't be looked at.
    """
    with _open_storage(settings) as storage:
        return find_pending_upgrade(storage)


def find_pending_upgrade(storage: Storage) -> Upgrade | None:
    """Return the upgrade that opening a storage would make, None for a storage that can't say.

    Raises:
        NewerDatabase: written by a newer version.
        StorageError: it can't be looked at.
    """
    return storage.pending(SPECS) if isinstance(storage, TellsUpgrade) else None


def upgrade(settings: Settings) -> None:
    """Make the storage or bring it to the newest schema.

    Raises:
        NewerDatabase: written by a newer version; nothing was changed.
        StorageError: it couldn't be done; what is stored is as it was before.
    """
    with _open_storage(settings) as storage:
        storage.prepare(SPECS)


def require_upgraded(storage: Storage) -> None:
    """Raise `StorageError` if opening a storage would change what an older version has stored."""
    pending_upgrade = find_pending_upgrade(storage)
    if pending_upgrade is not None and pending_upgrade.found and pending_upgrade.steps:
        raise StorageError(
            "Storage {storage} is from an older version (revision {revision}), and the settings don't allow "
            "an automatic upgrade: run `anninh storage upgrade`, or set `auto_upgrade = true`.",
            storage=pending_upgrade.where,
            revision=pending_upgrade.found,
        )


def require_newest(storage: Storage) -> None:
    """Raise `StorageError` if a storage can't be examined without changing what is stored."""
    pending_upgrade = find_pending_upgrade(storage)
    if pending_upgrade is None:
        return
    if not pending_upgrade.found:
        raise StorageError(
            "Storage {storage} is still empty: make an office with `anninh init`.", storage=pending_upgrade.where
        )
    if pending_upgrade.steps:
        raise StorageError(
            "Storage {storage} is from an older version (revision {revision}), and an examination must not "
            "change it: run `anninh storage upgrade` first, or use the older version.",
            storage=pending_upgrade.where,
            revision=pending_upgrade.found,
        )


@contextmanager
def _open_storage(settings: Settings) -> Iterator[Storage]:
    opened_storage = Plugins(settings.plugins).open_storage(settings.storage)
    try:
        yield opened_storage
    finally:
        opened_storage.close()
