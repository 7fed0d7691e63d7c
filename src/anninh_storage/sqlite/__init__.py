"""The SQLite storage, one file a port."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_storage.sqlite.storage import SqliteStorage

__all__ = [
    "SqliteStorage",
]

lazy(
    __name__,
    {
        "SqliteStorage": "storage",
    },
)
