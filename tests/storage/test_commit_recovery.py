"""What became of a transaction that was cut off, when the server crashed and when it didn't."""

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
    """Start a server that writes nothing of an open transaction to its log by itself."""
    with Server(settings={"wal_writer_delay": "10s"}, in_memory=True) as server:
        storage = PostgresStorage(server.url)
        storage.prepare(SPECS)
        storage.close()
        yield server


def connect(server: Server) -> Connection:
    return psycopg.connect(server.url, autocommit=True)


def begun(connection: Connection) -> TransactionId:
    """Begin a transaction that writes."""
    connection.execute("BEGIN")
    connection.execute("CREATE TABLE cats (name TEXT)")
    return TransactionId.of(connection)


@pytest.mark.parametrize(
    ("end", "fate"), [("COMMIT", CommitFate.COMMITTED), ("ROLLBACK", CommitFate.LOST), ("SELECT 1", CommitFate.OPEN)]
)
def test_a_server_that_lives(forgetful: Server, end: str, fate: CommitFate) -> None:
    """While the server lives, it knows."""
    with connect(forgetful) as one, connect(forgetful) as other:
        ticket = begun(one)
        one.execute(end.encode())
        assert ticket.find_fate(other) is fate


def test_empty_transaction_has_no_number(forgetful: Server) -> None:
    """A transaction that wrote nothing has no number."""
    with connect(forgetful) as one, one.transaction():
        assert TransactionId.of(one).xid == ""


def test_a_number_that_is_free_again(forgetful: Server) -> None:
    """A transaction that a crash has undone is lost, as long as nobody else has its number."""
    ticket = _crashed(forgetful)
    with connect(forgetful) as other:
        assert ticket.find_fate(other) is CommitFate.LOST
        with other.transaction():
            assert begun(other).xid == ticket.xid
            with connect(forgetful) as third:
                assert ticket.find_fate(third) is CommitFate.LOST


def test_a_number_given_away(forgetful: Server) -> None:
    """After a crash another transaction may get the number: that this one was committed says nothing of ours."""
    ticket = _crashed(forgetful)
    with connect(forgetful) as other:
        begun(other)
        other.execute("COMMIT")
        assert other.execute("SELECT pg_xact_status(%s::text::xid8)", (ticket.xid,)).fetchone() == ("committed",)
        assert ticket.find_fate(other) is CommitFate.UNKNOWN


def test_the_journal_tells(forgetful: Server) -> None:
    """Where the server can't tell, a line of the journal can: it stands there, or it doesn't."""
    storage = PostgresStorage(forgetful.url)
    storage.prepare(SPECS)
    commit(storage, change(tip("t1")))
    seq, hash = storage.journal.head()
    storage.close()
    with connect(forgetful) as one:
        another_life = TransactionId.of(one)
        number = another_life.xid or "3"
        stands, gone = (TransactionId(number, "another", seq, each) for each in (hash, "0" * 64))
        assert (stands.find_fate(one), gone.find_fate(one)) == (CommitFate.COMMITTED, CommitFate.LOST)


def test_the_line_is_ones_own(forgetful: Server) -> None:
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
    with connect(forgetful) as one, one.transaction():
        one.execute("INSERT INTO journal (seq, previous, hash, content) VALUES (9, '', 'x', '')")
        ticket = TransactionId.of(one)
    assert (ticket.seq, ticket.hash) == (9, "x")
    storage.close()


def _crashed(server: Server) -> TransactionId:
    """Let the server crash while a transaction is open, and start it again."""
    one = connect(server)
    ticket = begun(one)
    server.kill()
    with pytest.raises(psycopg.OperationalError):
        one.execute("COMMIT")
    one.close()
    server.start()
    return ticket


def test_a_crash_that_the_server_survives(forgetful: Server) -> None:
    """A server that recovers by itself, after one of its processes was killed, is taken for another one as well."""
    one = connect(forgetful)
    witness = connect(forgetful)
    before = TransactionId.of(one).incarnation
    os.kill(one.info.backend_pid, signal.SIGKILL)
    with pytest.raises(psycopg.OperationalError):
        witness.execute("SELECT pg_sleep(60)")  # ended by the server, which has noticed
    with _recovered(forgetful) as other:
        assert TransactionId.of(other).incarnation != before
    for each in (one, witness):
        each.close()


def _recovered(server: Server) -> Connection:
    """Connect as soon as the server has recovered; it refuses connections meanwhile."""
    for _ in range(10_000):
        with suppress(psycopg.OperationalError):
            return connect(server)
    raise AssertionError("it never recovered")
