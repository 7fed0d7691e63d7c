"""Wrapped data keys of erasure scopes."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from attrs import frozen

from anninh_core.ports.changes import NewKey
from anninh_storage.sql.database import Database
from anninh_storage.sql.values import chunks, placeholders


@frozen
class SqlKeyRing:
    """One row a scope."""

    _database: Database

    def get(self, scope: str) -> NewKey | None:
        """Return the scope's wrapped key, or None."""
        with self._database.reader() as connection:
            row = connection.execute("SELECT epoch, wrapped FROM keyring WHERE scope = ?", (scope,)).fetchone()
        return NewKey(scope=scope, epoch=row[0], wrapped=row[1]) if row else None

    def get_many(self, scopes: Collection[str]) -> Mapping[str, NewKey]:
        """Return the wrapped keys by scope, without those that aren't there."""
        keys: list[NewKey] = []
        with self._database.reader() as connection:
            for chunk in chunks(list(scopes)):
                statement = f"SELECT scope, epoch, wrapped FROM keyring WHERE scope IN ({placeholders(len(chunk))})"
                keys += map(_key, connection.execute(statement, chunk))
        return {key.scope: key for key in keys}

    def destroy(self, scope: str) -> bool:
        """Destroy the scope's key and erase its remains, as far as the engine can do that at once.

        Remains are erased even if the key is gone: a crash may have come in between. Returns whether there was one.
        """
        existed = self._database.change(
            lambda connection: connection.execute("DELETE FROM keyring WHERE scope = ?", (scope,)).rowcount > 0
        )
        self._database.scrub()
        return existed

    def wrapped_by(self, epoch: str, limit: int = 500) -> Sequence[NewKey]:
        """Return keys still wrapped under an epoch, by scope."""
        statement = "SELECT scope, epoch, wrapped FROM keyring WHERE epoch = ? ORDER BY scope LIMIT ?"
        return self._read(statement, (epoch, limit))

    def wrapped_otherwise(self, epoch: str, limit: int = 500, after: str = "") -> Sequence[NewKey]:
        """Return keys wrapped under any other epoch, by scope, those after a scope."""
        statement = "SELECT scope, epoch, wrapped FROM keyring WHERE epoch <> ? AND scope > ? ORDER BY scope LIMIT ?"
        return self._read(statement, (epoch, after, limit))

    def _read(self, statement: str, values: Sequence[Any]) -> list[NewKey]:
        with self._database.reader() as connection:
            return [*map(_key, connection.execute(statement, values))]


def _key(row: Sequence[Any]) -> NewKey:
    scope, epoch, wrapped = row
    return NewKey(scope=scope, epoch=epoch, wrapped=wrapped)
