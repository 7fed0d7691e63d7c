"""Test whether events can be stored, by a write of content that isn't used."""

import os

from anninh_storage.sql.database import Connection

_TRACE = """
    INSERT INTO leases (name, holder, token, until) VALUES ('try_write', ?, 0, 0)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder
"""


def leave_trace(connection: Connection, size: int) -> None:
    """Overwrite the trace of the last test, which is an unused lease. Leases are in no dump and no journal.

    The content is random, because an unchanged page isn't written.

    Args:
        connection: connection inside a transaction; committing it completes the test.
        size: number of bytes to write.
    """
    connection.execute(_TRACE, (os.urandom(size // 2).hex(),))
