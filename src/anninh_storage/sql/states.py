"""Storage of named values with versions."""

from attrs import frozen

from anninh_core.ports.storages.storage import Lease, StateValue
from anninh_storage.sql.database import Connection, Database

_HOLDS_LEASE = "EXISTS (SELECT 1 FROM leases WHERE name = ? AND token = ? AND holder <> '')"
_INSERT = "INSERT INTO states (owner, name, version, body) VALUES (?, ?, 1, ?) ON CONFLICT (owner, name) DO NOTHING"
_UPDATE = "UPDATE states SET version = version + 1, body = ? WHERE owner = ? AND name = ? AND version = ?"


@frozen
class SqlStates:
    """Stores named values, one per row."""

    _database: Database

    def get(self, owner: str, name: str) -> StateValue | None:
        """Return the value stored under an owner and a name, or None."""
        statement = "SELECT version, body FROM states WHERE owner = ? AND name = ?"
        with self._database.reader() as connection:
            row = connection.execute(statement, (owner, name)).fetchone()
        return StateValue(*row) if row else None

    def put(self, owner: str, name: str, body: bytes, expected: int, fence: Lease | None = None) -> bool:
        """Store a value if its version is still `expected` (0: absent) and the lease `fence` isn't lost."""

        def store(connection: Connection) -> bool:
            if fence and not connection.execute(f"SELECT {_HOLDS_LEASE}", (fence.name, fence.token)).fetchone()[0]:
                return False
            if expected == 0:
                return connection.execute(_INSERT, (owner, name, body)).rowcount > 0
            return connection.execute(_UPDATE, (body, owner, name, expected)).rowcount > 0

        return self._database.change(store)
