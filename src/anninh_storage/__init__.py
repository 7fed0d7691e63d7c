"""Storages for one machine (SQLite) and for several machines (PostgreSQL), keys in a file, and blobs in a folder."""

from anninh_core._lazy import install_lazy_imports

install_lazy_imports(__name__)
