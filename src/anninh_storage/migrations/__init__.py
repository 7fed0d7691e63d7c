"""The revisions of the database schema that this version knows."""

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011")
"""Known revisions, oldest first. They are listed here so that opening an up-to-date database needs no Alembic."""
