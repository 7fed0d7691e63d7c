"""Backup and restore of an authority's data, bundles for a move, and garbage collection of blobs."""

from anninh_core._lazy import lazy

lazy(__name__)
