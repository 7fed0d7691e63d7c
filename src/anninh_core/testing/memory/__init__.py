"""Storage, keys and blobs in memory: the twins of the real ones, for tests."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.testing.memory.blobs import MemoryBlobs
    from anninh_core.testing.memory.keys import MemoryKeys
    from anninh_core.testing.memory.storage import MemoryStorage

__all__ = [
    "MemoryBlobs",
    "MemoryKeys",
    "MemoryStorage",
]

lazy(
    __name__,
    {
        "MemoryBlobs": "blobs",
        "MemoryKeys": "keys",
        "MemoryStorage": "storage",
    },
)
