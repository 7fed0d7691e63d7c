"""Storage for one machine (SQLite) and for many (PostgreSQL), a key file, a folder of blobs."""

from anninh_core._lazy import lazy

lazy(__name__)
