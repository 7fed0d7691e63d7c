"""The PostgreSQL storage: what the shared SQL needs of this engine."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_storage.postgres.storage import PostgresStorage

__all__ = [
    "PostgresStorage",
]

lazy(
    __name__,
    {
        "PostgresStorage": "storage",
    },
)
