"""Named leases with fencing tokens, stored in SQL."""

from datetime import datetime, timedelta

from attrs import frozen

from anninh_core.ports.storages.storage import Lease
from anninh_storage.sql.database import Database
from anninh_storage.sql.times import to_microseconds

_ACQUIRE = """
    INSERT INTO leases (name, holder, token, until) VALUES (?, ?, 1, ?)
    ON CONFLICT (name) DO UPDATE SET
        token = leases.token + CASE WHEN leases.holder = excluded.holder THEN 0 ELSE 1 END,
        holder = excluded.holder,
        until = excluded.until
    WHERE leases.holder = excluded.holder OR leases.holder = '' OR leases.until <= ?
    RETURNING token
"""


@frozen
class SqlLeases:
    """Stores leases, with one row per name; the holder is "" after a release."""

    _database: Database

    def acquire(self, name: str, holder: str, now: datetime, ttl: timedelta) -> Lease | None:
        """Acquire or extend a lease; return None while another holder has it."""
        until = now + ttl
        values = (name, holder, to_microseconds(until), to_microseconds(now))
        row = self._database.change(lambda connection: connection.execute(_ACQUIRE, values).fetchone())
        return Lease(name, row[0], until) if row else None

    def release(self, lease: Lease) -> None:
        """Release a lease; do nothing if it is lost already."""
        statement = "UPDATE leases SET holder = '' WHERE name = ? AND token = ?"
        self._database.change(lambda connection: connection.execute(statement, (lease.name, lease.token)).rowcount)
