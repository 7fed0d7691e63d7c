"""Storage for one machine (SQLite) and for many (PostgreSQL), a key file, a folder of blobs."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_storage.local_blobs import LocalBlobs
    from anninh_storage.local_keys import LocalKeys
    from anninh_storage.postgres.storage import PostgresStorage
    from anninh_storage.sqlite.storage import SqliteStorage

__all__ = [
    "LocalBlobs",
    "LocalKeys",
    "PostgresStorage",
    "SqliteStorage",
]

lazy(
    __name__,
    {
        "LocalBlobs": "local_blobs",
        "LocalKeys": "local_keys",
        "PostgresStorage": "postgres.storage",
        "SqliteStorage": "sqlite.storage",
    },
)
