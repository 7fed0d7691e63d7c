"""Storage, keys and blobs in memory: the twins of the real ones, for tests."""

from anninh_core._lazy import lazy

lazy(__name__)
