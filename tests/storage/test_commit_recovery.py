"""The fate of an interrupted transaction, with and without a crash of the server."""

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
def forgetful() -> Iterator[Server]:
    """Start a server that doesn't write an open transaction to its log on its own."""
    with Server(settings={"wal_writer_delay": "10s"}, in_memory=True) as server:
        storage = PostgresStorage(server.url)
        storage.prepare(SPECS)
        storage.close()
        yield server


def connect(server: Server) -> Connection:
    return psycopg.connect(server.url, autocommit=True)


def begun(connection: Connection) -> TransactionId:
    """Begin a transaction that writes; return its id."""
    connection.execute("BEGIN")
    connection.execute("CREATE TABLE cats (name TEXT)")
    return TransactionId.of(connection)


@pytest.mark.parametrize(
    ("end", "fate"), [("COMMIT", CommitFate.COMMITTED), ("ROLLBACK", CommitFate.LOST), ("SELECT 1", CommitFate.OPEN)]
)
def test_running_server_knows_the_fate(forgetful: Server, end: str, fate: CommitFate) -> None:
    """A server that didn't crash knows whether a transaction was committed, rolled back or is open."""
    with connect(forgetful) as connection, connect(forgetful) as other:
        ticket = begun(connection)
        connection.execute(end.encode())
        assert ticket.find_fate(other) is fate


def test_empty_transaction_has_no_number(forgetful: Server) -> None:
    """A transaction that wrote nothing has no number."""
    with connect(forgetful) as connection, connection.transaction():
        assert TransactionId.of(connection).xid == ""


def test_undone_transaction_is_lost(forgetful: Server) -> None:
    """A transaction undone by a crash is lost, as long as no other transaction has its number."""
    ticket = _crash(forgetful)
    with connect(forgetful) as other:
        assert ticket.find_fate(other) is CommitFate.LOST
        with other.transaction():
            assert begun(other).xid == ticket.xid
            with connect(forgetful) as third:
                assert ticket.find_fate(third) is CommitFate.LOST


def test_reused_number_proves_nothing(forgetful: Server) -> None:
    """If another transaction got the number after a crash and was committed, the fate of the first is unknown."""
    ticket = _crash(forgetful)
    with connect(forgetful) as other:
        begun(other)
        other.execute("COMMIT")
        assert other.execute("SELECT pg_xact_status(%s::text::xid8)", (ticket.xid,)).fetchone() == ("committed",)
        assert ticket.find_fate(other) is CommitFate.UNKNOWN


def test_journal_line_shows_the_fate(forgetful: Server) -> None:
    """If the server doesn't know, the journal shows the fate: its line is there or not."""
    storage = PostgresStorage(forgetful.url)
    storage.prepare(SPECS)
    commit(storage, change(tip("t1")))
    seq, hash = storage.journal.head()
    storage.close()
    with connect(forgetful) as connection:
        current = TransactionId.of(connection)
        number = current.xid or "3"
        matching, missing = (TransactionId(number, "another", seq, each) for each in (hash, "0" * 64))
        assert (matching.find_fate(connection), missing.find_fate(connection)) == (
            CommitFate.COMMITTED,
            CommitFate.LOST,
        )


def test_ticket_names_own_line_only(forgetful: Server) -> None:
    """A ticket names the journal's last line only if its own transaction wrote it."""
    storage = PostgresStorage(forgetful.url)
    storage.prepare(SPECS)
    commit(storage, change(tip("t1")))
    tickets: list[TransactionId] = []

    def note(connection: object) -> None:
        assert isinstance(connection, PostgresConnection)
        tickets.append(TransactionId.of(connection.raw))

    storage.database.change(note)
    assert [(ticket.seq, ticket.hash) for ticket in tickets] == [(0, "")]
    with connect(forgetful) as writer, writer.transaction():
        writer.execute("INSERT INTO journal (seq, previous, hash, content) VALUES (9, '', 'x', '')")
        ticket = TransactionId.of(writer)
    assert (ticket.seq, ticket.hash) == (9, "x")
    storage.close()


def _crash(server: Server) -> TransactionId:
    """Crash the server during an open transaction, and start it again; return the transaction's id."""
    connection = connect(server)
    ticket = begun(connection)
    server.kill()
    with pytest.raises(psycopg.OperationalError):
        connection.execute("COMMIT")
    connection.close()
    server.start()
    return ticket


def test_recovered_server_is_another_incarnation(forgetful: Server) -> None:
    """A server that recovers after one of its processes was killed counts as another incarnation."""
    victim = connect(forgetful)
    witness = connect(forgetful)
    before = TransactionId.of(victim).incarnation
    os.kill(victim.info.backend_pid, signal.SIGKILL)
    with pytest.raises(psycopg.OperationalError):
        witness.execute("SELECT pg_sleep(60)")  # ended by the server, which has noticed the kill
    with _connect_after_recovery(forgetful) as other:
        assert TransactionId.of(other).incarnation != before
    for connection in (victim, witness):
        connection.close()


def _connect_after_recovery(server: Server) -> Connection:
    """Connect as soon as the server has recovered; until then it refuses connections."""
    for _ in range(10_000):
        with suppress(psycopg.OperationalError):
            return connect(server)
    raise AssertionError("it never recovered")
