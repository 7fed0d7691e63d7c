"""Find out whether a transaction was committed if its connection broke during the commit."""

from enum import Enum
from typing import Any

import psycopg
from attrs import frozen
from psycopg import errors

_INCARNATION = "concat(extract(epoch FROM pg_postmaster_start_time()), ' ', extract(epoch FROM stats_reset))"
_TRANSACTION_ID = f"""
    SELECT coalesce(pg_current_xact_id_if_assigned()::text, ''), {_INCARNATION},
        coalesce(line.seq, 0), coalesce(line.hash, '')
    FROM pg_stat_bgwriter LEFT JOIN LATERAL (SELECT seq, hash, xmin FROM journal ORDER BY seq DESC LIMIT 1) line
    ON line.xmin = pg_current_xact_id_if_assigned()::xid
"""
_LINE_EXISTS = "SELECT count(*) FROM journal WHERE seq = %s AND hash = %s"
_TRANSACTION_STATUS = f"SELECT pg_xact_status(%s::text::xid8), {_INCARNATION} FROM pg_stat_bgwriter"


class CommitFate(Enum):
    """Outcome of a transaction with a connection that broke during the commit."""

    COMMITTED = "committed"
    LOST = "lost"
    OPEN = "open"  # The server hasn't noticed yet that the connection is closed.
    UNKNOWN = "unknown"  # The outcome can't be determined any more.


@frozen
class TransactionId:
    """Identifies a transaction after its connection is lost.

    Attributes:
        xid: the server's number of the transaction, "" if it wrote nothing.
        incarnation: incarnation of the server. It changes with a restart, a failover, and a crash from which the server
            recovers automatically (which resets its statistics).
        seq, hash: the last line that the transaction wrote in the journal, or 0 and "". No other transaction can write
        the same.
    """

    xid: str
    incarnation: str
    seq: int
    hash: str

    @classmethod
    def of(cls, raw: "psycopg.Connection[Any]") -> "TransactionId":
        """Return the id of the current transaction."""
        row = raw.execute(_TRANSACTION_ID.encode()).fetchone()
        return cls(*row) if row else cls("", "", 0, "")

    def find_fate(self, other: "psycopg.Connection[Any]") -> CommitFate:
        """Return the outcome of the transaction, asking over another connection.

        After a crash, the server reuses the number of a transaction that it lost: "committed" may then refer to another
        transaction. Every other status can be trusted, because a committed transaction keeps its number. The journal is
        always right.
        """
        fate = self._read_server_status(other)
        if fate is CommitFate.UNKNOWN and self.seq:
            row = other.execute(_LINE_EXISTS.encode(), (self.seq, self.hash)).fetchone()
            return CommitFate.COMMITTED if row and row[0] else CommitFate.LOST
        return fate

    def _read_server_status(self, other: "psycopg.Connection[Any]") -> CommitFate:
        """Return the transaction's outcome by the status that the server has for its number."""
        try:
            row = other.execute(_TRANSACTION_STATUS.encode(), (self.xid,)).fetchone()
        except errors.InvalidParameterValue:
            # The server reports a number "in the future": the number is free again, so that the transaction was lost.
            return CommitFate.LOST
        status, life = row or ("", "")
        if status == "aborted" or (status == "in progress" and life != self.incarnation):
            return CommitFate.LOST
        if status == "in progress":
            return CommitFate.OPEN
        return CommitFate.COMMITTED if (status, life) == ("committed", self.incarnation) else CommitFate.UNKNOWN
