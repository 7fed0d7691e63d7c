"""Upgrades of a storage to the schema of this version, as a separate operation."""

from collections.abc import Iterator
from contextlib import contextmanager

from anninh_core.app.settings import Settings
from anninh_core.domain.index_specs import SPECS
from anninh_core.kernel.errors import StorageError
from anninh_core.plugins import Plugins
from anninh_core.ports.storages.storage import Storage
from anninh_core.ports.storages.upgrading import TellsUpgrade, Upgrade


def find_upgrade(settings: Settings) -> Upgrade | None:
    """Return the upgrade that opening the storage would carry out, without carrying it out.

    Return None for a storage that can't report it.

    Raises:
        NewerDatabase: written by a newer version.
        StorageError: the storage can't be read.
    """
    with _open_storage(settings) as storage:
        return find_pending_upgrade(storage)


def find_pending_upgrade(storage: Storage) -> Upgrade | None:
    """Return the upgrade that opening the storage would carry out, or None for a storage that can't report it.

    Raises:
        NewerDatabase: written by a newer version.
        StorageError: the storage can't be read.
    """
    return storage.pending(SPECS) if isinstance(storage, TellsUpgrade) else None


def upgrade_to_newest(settings: Settings) -> None:
    """Create the storage, or upgrade it to the newest schema.

    Raises:
        NewerDatabase: written by a newer version; nothing was changed.
        StorageError: the upgrade failed; the stored data are unchanged.
    """
    with _open_storage(settings) as storage:
        storage.prepare(SPECS)


def require_no_upgrade_pending(storage: Storage) -> None:
    """Raise `StorageError` if opening the storage would change data of an older version."""
    pending_upgrade = find_pending_upgrade(storage)
    if pending_upgrade is not None and pending_upgrade.found and pending_upgrade.steps:
        raise StorageError(
            "Storage {storage} is from an older version (revision {revision}), and the settings don't allow "
            "an automatic upgrade: run `anninh storage upgrade`, or set `auto_upgrade = true`.",
            storage=pending_upgrade.where,
            revision=pending_upgrade.found,
        )


def require_newest_schema(storage: Storage) -> None:
    """Raise `StorageError` if the storage can't be examined without an upgrade that changes stored data."""
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
