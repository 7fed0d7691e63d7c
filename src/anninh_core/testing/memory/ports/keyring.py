"""Wrapped data keys in memory."""

from collections.abc import Collection, Mapping, Sequence

from attrs import frozen

from anninh_core.ports.storages.changes import NewKey
from anninh_core.testing.memory.tables import Tables


@frozen
class MemoryKeyRing:
    """A key ring that keeps wrapped data keys in a dictionary by scope."""

    _tables: Tables

    def get(self, scope: str) -> NewKey | None:
        """Return the wrapped key of a scope, or None."""
        with self._tables.lock:
            return self._tables.keys.get(scope)

    def get_many(self, scopes: Collection[str]) -> Mapping[str, NewKey]:
        """Return the wrapped keys of scopes, by scope; scopes without a key are left out."""
        with self._tables.lock:
            return {scope: self._tables.keys[scope] for scope in scopes if scope in self._tables.keys}

    def find(self, blind_indexes: Collection[str]) -> Mapping[str, NewKey]:
        """Return the wrapped keys with these blind indexes, by blind index; unknown indexes are left out."""
        with self._tables.lock:
            scopes = self._tables.blind_indexes()
            return {index: self._tables.keys[scopes[index]] for index in blind_indexes if index in scopes}

    def destroy(self, scope: str) -> bool:
        """Destroy the key of a scope; return whether it existed."""
        with self._tables.lock:
            return self._tables.keys.pop(scope, None) is not None

    def wrapped_by(self, epoch: str, limit: int = 500) -> Sequence[NewKey]:
        """Return keys that are wrapped under an epoch, sorted by scope."""
        with self._tables.lock:
            keys = sorted(self._tables.keys.values(), key=lambda key: key.scope)
        return [key for key in keys if key.epoch == epoch][:limit]

    def wrapped_otherwise(self, epoch: str, limit: int = 500, after: str = "") -> Sequence[NewKey]:
        """Return keys that are wrapped under other epochs, sorted by scope, after the scope `after`."""
        with self._tables.lock:
            keys = sorted(self._tables.keys.values(), key=lambda key: key.scope)
        return [key for key in keys if key.epoch != epoch and key.scope > after][:limit]
