"""A storage, keys and blobs in memory, for tests; they implement the same ports as the real ones."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
