"""Storage of the wrapped data keys of erasure scopes."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from attrs import frozen

from anninh_core.ports.storages.changes import NewKey
from anninh_storage.sql.database import Database
from anninh_storage.sql.values import build_placeholders, split_into_chunks

_COLUMNS = "scope, epoch, wrapped, blind_index"
UPSERT_KEY = (
    f"INSERT INTO keyring ({_COLUMNS}) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (scope) DO UPDATE SET epoch = excluded.epoch, wrapped = excluded.wrapped"
)
"""SQL statement that stores a key; a blind index keeps its first value."""


@frozen
class SqlKeyRing:
    """A key ring with one row per erasure scope."""

    _database: Database

    def get(self, scope: str) -> NewKey | None:
        """Return the scope's wrapped key, or None."""
        keys = self._read_keys(f"SELECT {_COLUMNS} FROM keyring WHERE scope = ?", (scope,))
        return keys[0] if keys else None

    def get_many(self, scopes: Collection[str]) -> Mapping[str, NewKey]:
        """Return the wrapped keys by scope; missing scopes are left out."""
        return {key.scope: key for key in self._read_by_column("scope", scopes)}

    def find(self, blind_indexes: Collection[str]) -> Mapping[str, NewKey]:
        """Return the wrapped keys by their blind index; blind indexes without a key are left out."""
        keys = self._read_by_column("blind_index", [index for index in blind_indexes if index])
        return {key.blind_index: key for key in keys}

    def destroy(self, scope: str) -> bool:
        """Destroy the scope's key and blind index, and erase their remains, if the engine can do so at once.

        Remains are erased even if the key is gone, because an earlier call may have crashed before erasing them. Return
        whether the key existed.
        """
        existed = self._database.change(
            lambda connection: connection.execute("DELETE FROM keyring WHERE scope = ?", (scope,)).rowcount > 0
        )
        self._database.scrub()
        return existed

    def wrapped_by(self, epoch: str, limit: int = 500) -> Sequence[NewKey]:
        """Return keys that are still wrapped under an epoch, in the order of their scopes."""
        statement = f"SELECT {_COLUMNS} FROM keyring WHERE epoch = ? ORDER BY scope LIMIT ?"
        return self._read_keys(statement, (epoch, limit))

    def wrapped_otherwise(self, epoch: str, limit: int = 500, after: str = "") -> Sequence[NewKey]:
        """Return keys that are wrapped under any other epoch, in the order of their scopes, from the scope after
        `after` on.
        """
        statement = f"SELECT {_COLUMNS} FROM keyring WHERE epoch <> ? AND scope > ? ORDER BY scope LIMIT ?"
        return self._read_keys(statement, (epoch, after, limit))

    def _read_by_column(self, column: str, values: Collection[str]) -> list[NewKey]:
        keys: list[NewKey] = []
        with self._database.reader() as connection:
            for chunk in split_into_chunks(list(values)):
                # The second condition lets the planner use the index, which excludes empty values.
                index_condition = " AND blind_index <> ''" if column == "blind_index" else ""
                keys_of_chunk = f"{column} IN ({build_placeholders(len(chunk))})"
                statement = f"SELECT {_COLUMNS} FROM keyring WHERE {keys_of_chunk}{index_condition}"
                keys += map(_build_key, connection.execute(statement, chunk))
        return keys

    def _read_keys(self, statement: str, values: Sequence[Any]) -> list[NewKey]:
        with self._database.reader() as connection:
            return [*map(_build_key, connection.execute(statement, values))]


def _build_key(row: Sequence[Any]) -> NewKey:
    scope, epoch, wrapped, blind_index = row
    return NewKey(scope=scope, epoch=epoch, wrapped=wrapped, blind_index=blind_index)
