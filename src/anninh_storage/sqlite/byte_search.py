"""Search a database's files for bytes, and its search index, which is compressed, for terms."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from anninh_core.kernel.errors import StorageError
from anninh_core.kernel.search.byte_search import search_files
from anninh_core.ports.storages.proving import ByteSearch, Sighting
from anninh_storage.sql.database import Connection
from anninh_storage.sqlite.database import SqliteDatabase

_OPTIMIZE = "INSERT INTO search_index (search_index) VALUES ('optimize')"
_FIND_TERM = "SELECT 1 FROM search_index WHERE search_index MATCH ? LIMIT 1"
_TERM = re.compile(rb"[a-z0-9]{1,40}")
_SUFFIXES = ("", "-wal", "-shm", "-journal")
_BLIND_SPOTS = (
    "what the file system and the disk keep of deleted and overwritten blocks",
    "backups, bundles and other copies of the file",
)


def find_bytes(database: SqliteDatabase, needles: Mapping[str, bytes]) -> ByteSearch:
    """Merge the index, empty the log into the file, and search every file of the database for `needles`."""
    database.change(lambda connection: connection.execute(_OPTIMIZE))
    database.scrub()
    files = [path for suffix in _SUFFIXES if (path := Path(f"{database.path}{suffix}")).exists()]
    try:
        in_files = search_files(files, needles)
    except OSError as error:
        raise StorageError(
            "{path} can't be read ({reason}): check the disk and the permissions.", path=database.path, reason=error
        ) from error
    with database.reader() as connection:
        in_index = [*_find_terms(connection, needles)]
    return ByteSearch(
        sightings=(*(Sighting(name, str(path)) for name, path in in_files), *in_index),
        looked_at=(*map(str, files), "the terms of the search index"),
        blind_spots=_BLIND_SPOTS,
    )


def _find_terms(connection: Connection, needles: Mapping[str, bytes]) -> Iterator[Sighting]:
    """Yield the needles that are terms of the search index, which stores only the part of a term that differs from the
    previous one.

    A merged index has only the terms of existing lines.
    """
    for name, needle in needles.items():
        if _TERM.fullmatch(needle) and connection.execute(_FIND_TERM, (f'"{needle.decode()}"',)).fetchone():
            yield Sighting(name, "the search index")
