"""Rules for finding out whether an interrupted transaction was committed, with and without a crash of the server."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from tests.support.postgres.server import Server

from anninh_core.testing.kits.storage.base import SPECS, change, commit, tip
from anninh_storage import PostgresStorage
from anninh_storage.postgres.commit_recovery import CommitFate, TransactionId
from anninh_storage.postgres.connection import PostgresConnection

pytestmark = pytest.mark.slow

Connection = psycopg.Connection[Any]


@pytest.fixture
def unflushed_server() -> Iterator[Server]:
    """A server that doesn't flush an open transaction to its log in the background, so that a crash loses the
    transaction.
    """
    with Server(settings={"wal_writer_delay": "10s"}, in_memory=True) as server:
        storage = PostgresStorage(server.url)
        storage.prepare(SPECS)
        storage.close()
        yield server


def connect(server: Server) -> Connection:
    return psycopg.connect(server.url, autocommit=True)


def begin_writing(connection: Connection) -> TransactionId:
    """Begin a transaction that writes; return the transaction's id."""
    connection.execute("BEGIN")
    connection.execute("CREATE TABLE cats (name TEXT)")
    return TransactionId.of(connection)


@pytest.mark.parametrize(
    ("end", "fate"), [("COMMIT", CommitFate.COMMITTED), ("ROLLBACK", CommitFate.LOST), ("SELECT 1", CommitFate.OPEN)]
)
def test_running_server_knows_the_fate(unflushed_server: Server, end: str, fate: CommitFate) -> None:
    """A server that didn't crash knows whether a transaction was committed, rolled back or is open."""
    with connect(unflushed_server) as connection, connect(unflushed_server) as other:
        ticket = begin_writing(connection)
        connection.execute(end.encode())
        assert ticket.find_fate(other) is fate


def test_empty_transaction_has_no_number(unflushed_server: Server) -> None:
    """A transaction that wrote nothing has no transaction number."""
    with connect(unflushed_server) as connection, connection.transaction():
        assert TransactionId.of(connection).xid == ""


def test_undone_transaction_is_lost(unflushed_server: Server) -> None:
    """A transaction undone by a crash is lost, as long as no other transaction has its number."""
    ticket = _crash_and_restart(unflushed_server)
    with connect(unflushed_server) as other:
        assert ticket.find_fate(other) is CommitFate.LOST
        with other.transaction():
            assert begin_writing(other).xid == ticket.xid
            with connect(unflushed_server) as third:
                assert ticket.find_fate(third) is CommitFate.LOST


def test_reused_number_proves_nothing(unflushed_server: Server) -> None:
    """If another transaction got the same number after a crash and was committed, the fate of the first one is
    unknown.
    """
    ticket = _crash_and_restart(unflushed_server)
    with connect(unflushed_server) as other:
        begin_writing(other)
        other.execute("COMMIT")
        assert other.execute("SELECT pg_xact_status(%s::text::xid8)", (ticket.xid,)).fetchone() == ("committed",)
        assert ticket.find_fate(other) is CommitFate.UNKNOWN


def test_journal_line_shows_the_fate(unflushed_server: Server) -> None:
    """If the server doesn't know a transaction's fate, the journal shows it: the transaction's line is there or
    missing.
    """
    storage = PostgresStorage(unflushed_server.url)
    storage.prepare(SPECS)
    commit(storage, change(tip("t1")))
    seq, hash = storage.journal.head()
    storage.close()
    with connect(unflushed_server) as connection:
        current = TransactionId.of(connection)
        number = current.xid or "3"
        matching, missing = (TransactionId(number, "another", seq, each) for each in (hash, "0" * 64))
        assert (matching.find_fate(connection), missing.find_fate(connection)) == (
            CommitFate.COMMITTED,
            CommitFate.LOST,
        )


def test_ticket_names_own_line_only(unflushed_server: Server) -> None:
    """The id of a transaction names the journal's last line only if that transaction itself wrote the line."""
    storage = PostgresStorage(unflushed_server.url)
    storage.prepare(SPECS)
    commit(storage, change(tip("t1")))
    tickets: list[TransactionId] = []

    def note_ticket(connection: object) -> None:
        assert isinstance(connection, PostgresConnection)
        tickets.append(TransactionId.of(connection.raw))

    storage.database.change(note_ticket)
    assert [(ticket.seq, ticket.hash) for ticket in tickets] == [(0, "")]
    with connect(unflushed_server) as writer, writer.transaction():
        writer.execute("INSERT INTO journal (seq, previous, hash, content) VALUES (9, '', 'x', '')")
        ticket = TransactionId.of(writer)
    assert (ticket.seq, ticket.hash) == (9, "x")
    storage.close()


def _crash_and_restart(server: Server) -> TransactionId:
    """Crash the server during an open transaction, and start it again; return the transaction's id."""
    connection = connect(server)
    ticket = begin_writing(connection)
    server.kill()
    with pytest.raises(psycopg.OperationalError):
        connection.execute("COMMIT")
    connection.close()
    server.start()
    return ticket


def test_recovered_server_is_another_incarnation(unflushed_server: Server) -> None:
    """A server that recovers after one of its processes was killed counts as another incarnation."""
    victim = connect(unflushed_server)
    witness = connect(unflushed_server)
    before = TransactionId.of(victim).incarnation
    os.kill(victim.info.backend_pid, signal.SIGKILL)
    with pytest.raises(psycopg.OperationalError):
        witness.execute("SELECT pg_sleep(60)")  # The server ended this connection itself, as it had noticed the kill.
    with _connect_after_recovery(unflushed_server) as other:
        assert TransactionId.of(other).incarnation != before
    for connection in (victim, witness):
        connection.close()


def _connect_after_recovery(server: Server) -> Connection:
    """Connect as soon as the server has recovered; until then it refuses connections."""
    for _ in range(10_000):
        with suppress(psycopg.OperationalError):
            return connect(server)
    raise AssertionError("it never recovered")
