"""Storages for one machine (SQLite) and for several (PostgreSQL), keys in a file, and blobs in a folder."""

from anninh_core._lazy import lazy

lazy(__name__)
