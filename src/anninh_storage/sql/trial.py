"""A write that is only tried, to know whether events can be stored."""

import os

from anninh_storage.sql.database import Connection

_TRACE = """
    INSERT INTO leases (name, holder, token, until) VALUES ('try_write', ?, 0, 0)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder
"""


def leave_trace(connection: Connection, size: int) -> None:
    """Overwrite what the last trial left: a lease that nobody holds. Leases are in no dump and no journal.

    Its content is another one each time, as a page that stays the same isn't written.

    Args:
        connection: in whose transaction it is done; committing it is the trial.
        size: how many bytes are overwritten.
    """
    connection.execute(_TRACE, (os.urandom(size // 2).hex(),))
