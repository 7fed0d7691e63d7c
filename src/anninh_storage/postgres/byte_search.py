"""Search all tables of a database for bytes, by SQL."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from anninh_core.ports.storages.proving import ByteSearch, Sighting
from anninh_storage.postgres.connection import PostgresConnection
from anninh_storage.postgres.database import PostgresDatabase

_COLUMNS = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name, ordinal_position
"""
_TEXTS = ("text", "character varying", "character", "tsvector", "json", "jsonb", "ARRAY")
_BYTES = "bytea"
_BLIND_SPOTS = (
    "free space in the pages of tables and indexes, which VACUUM gives back to the server without overwriting it",
    "the write-ahead log and its archive, until they are recycled",
    "standbys, snapshots and backups of the server",
    "what the file system and the disk keep of deleted and overwritten blocks",
)


def find_bytes(database: PostgresDatabase, needles: Mapping[str, bytes]) -> ByteSearch:
    """Vacuum every table, and search all columns of text or bytes for `needles`."""
    with database.reader() as connection:
        columns: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for table, column, kind in connection.execute(_COLUMNS).fetchall():
            columns[table].append((column, kind))
        for table in columns:
            connection.execute(f'VACUUM "{table}"')
        sightings = [
            sighting
            for table, table_columns in columns.items()
            for sighting in _find_in_table(connection, table, table_columns, needles)
        ]
    return ByteSearch(
        sightings=tuple(sightings),
        looked_at=(f"{len(columns)} tables, by SQL, after VACUUM",),
        blind_spots=_BLIND_SPOTS,
    )


def _find_in_table(
    connection: PostgresConnection, table: str, columns: list[tuple[str, str]], needles: Mapping[str, bytes]
) -> Iterator[Sighting]:
    for column, kind in columns:
        for name, needle in needles.items():
            condition, value = _build_condition(column, kind, needle)
            if condition and connection.execute(f'SELECT 1 FROM "{table}" WHERE {condition}', (value,)).fetchone():
                yield Sighting(name, f"table {table}, column {column}")


def _build_condition(column: str, kind: str, needle: bytes) -> tuple[str, bytes | str]:
    """Return the SQL condition that a column contains a needle, with its value, or "" if its type can't contain it."""
    if kind == _BYTES:
        return f'position(?::bytea IN "{column}") > 0 LIMIT 1', needle
    if kind in _TEXTS and needle.isascii() and 0 not in needle:
        return f'strpos("{column}"::text, ?) > 0 LIMIT 1', needle.decode("ascii")
    return "", ""
