"""Backup and restore of an authority's data, bundles for a move, and garbage collection of blobs."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
