"""A connection that listens for commits by any machine that bring new work."""

from threading import Lock
from typing import Any

import psycopg
from psycopg import sql

from anninh_storage.postgres.connection import translate_errors

_CHANNEL = "SELECT 'anninh_' || current_schema()"


class CommitListener:
    """A connection that listens for commits. Notifications between two calls are kept for the next caller.

    Args:
        conninfo: connection string of the server.
        name: name of the database, for messages.
    """

    def __init__(self, conninfo: str, name: str) -> None:
        self._conninfo = conninfo
        self._name = name
        self._lock = Lock()
        self._raw: psycopg.Connection[Any] | None = None

    def wait(self, seconds: float) -> bool:
        """Return True if a commit was notified since the last call, or False after `seconds`.

        Raises:
            StorageError: the server can't be reached; the next call tries again.
        """
        with self._lock, translate_errors(self._name):
            raw = self._raw
            if raw is None or raw.closed:
                self._raw = _open_connection(self._conninfo)
                return True  # Earlier notifications may have been missed, so that the queues must be checked.
            notifications = list(raw.notifies(timeout=seconds, stop_after=1))
            notifications += raw.notifies(timeout=0)  # The next read of the queues covers these notifications too.
            return bool(notifications)

    def close(self) -> None:
        """Stop listening, after the call of `wait` under way has returned."""
        with self._lock:
            if self._raw is not None:
                self._raw.close()


def _open_connection(conninfo: str) -> "psycopg.Connection[Any]":
    raw = psycopg.connect(conninfo, autocommit=True)
    row = raw.execute(_CHANNEL).fetchone()
    raw.execute(sql.SQL("LISTEN {}").format(sql.Identifier(row[0] if row else "anninh")))
    return raw
