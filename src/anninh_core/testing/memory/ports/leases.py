"""Named leases in memory."""

from datetime import datetime, timedelta

from attrs import frozen

from anninh_core.ports.storages.storage import Lease
from anninh_core.testing.memory.tables import LeaseRow, Tables


def is_lease_held(tables: Tables, lease: Lease) -> bool:
    """Return whether a lease was neither released nor taken over."""
    row = tables.leases.get(lease.name)
    return row is not None and row.holder != "" and row.token == lease.token


@frozen
class MemoryLeases:
    """Leases in a dictionary by their names."""

    _tables: Tables

    def acquire(self, name: str, holder: str, now: datetime, ttl: timedelta) -> Lease | None:
        """Acquire or extend a lease; return None while another holder has it."""
        with self._tables.lock:
            row = self._tables.leases.setdefault(name, LeaseRow("", 0, now))
            if row.holder != holder:
                if row.holder and row.until > now:
                    return None
                row.holder, row.token = holder, row.token + 1
            row.until = now + ttl
            return Lease(name, row.token, row.until)

    def release(self, lease: Lease) -> None:
        """Release a lease; do nothing if it was already lost."""
        with self._tables.lock:
            if is_lease_held(self._tables, lease):
                self._tables.leases[lease.name].holder = ""
