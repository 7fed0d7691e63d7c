"""Plugin hooks of this package."""

from typing import TYPE_CHECKING

from anninh_core.plugins import hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable

    from anninh_core.ports.storages.storage import Storage


class _PostgresFactory:
    """Factory of PostgreSQL storages that imports the driver only when it is called."""

    name = "postgresql"

    def __call__(self, url: str) -> "Storage":
        from anninh_storage.postgres.storage import PostgresStorage  # noqa: PLC0415  its driver may not be installed

        return PostgresStorage(url)


@hookimpl
def anninh_storages() -> "list[Callable[..., Storage]]":
    """Offer the storages for SQLite and PostgreSQL."""
    from anninh_storage.sqlite.storage import SqliteStorage  # noqa: PLC0415  loading a plugin stays cheap

    return [SqliteStorage, _PostgresFactory()]


@hookimpl
def anninh_keys() -> list[type]:
    """Offer the storage of keys in a file."""
    from anninh_storage.local_keys import LocalKeys  # noqa: PLC0415  loading a plugin stays cheap

    return [LocalKeys]


@hookimpl
def anninh_blobs() -> list[type]:
    """Offer the storage of blobs in a folder."""
    from anninh_storage.local_blobs import LocalBlobs  # noqa: PLC0415  loading a plugin stays cheap

    return [LocalBlobs]
