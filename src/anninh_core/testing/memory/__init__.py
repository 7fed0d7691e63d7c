"""Storage, keys and blobs in memory, for tests: they keep to the same ports as the real ones."""

from anninh_core._lazy import lazy

lazy(__name__)
