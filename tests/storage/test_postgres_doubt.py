"""What became of a transaction that was cut off, when the server crashed and when it didn't."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from tests.support.postgres.server import Server

from anninh_core.testing.kits.storage_base import SPECS, change, commit, tip
from anninh_storage import PostgresStorage
from anninh_storage.postgres.doubt import Fate, Ticket

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


def begun(connection: Connection) -> Ticket:
    """Begin a transaction that writes."""
    connection.execute("BEGIN")
    connection.execute("CREATE TABLE cats (name TEXT)")
    return Ticket.of(connection)


@pytest.mark.parametrize(
    ("end", "fate"), [("COMMIT", Fate.COMMITTED), ("ROLLBACK", Fate.LOST), ("SELECT 1", Fate.OPEN)]
)
def test_a_server_that_lives(forgetful: Server, end: str, fate: Fate) -> None:
    """While the server lives, it knows."""
    with connect(forgetful) as one, connect(forgetful) as other:
        ticket = begun(one)
        one.execute(end.encode())
        assert ticket.fate(other) is fate


def test_nothing_written(forgetful: Server) -> None:
    """A transaction that wrote nothing has no number."""
    with connect(forgetful) as one, one.transaction():
        assert Ticket.of(one).number == ""


def test_a_number_that_is_free_again(forgetful: Server) -> None:
    """A transaction that a crash has undone is lost, as long as nobody else has its number."""
    ticket = _crashed(forgetful)
    with connect(forgetful) as other:
        assert ticket.fate(other) is Fate.LOST
        with other.transaction():
            assert begun(other).number == ticket.number
            with connect(forgetful) as third:
                assert ticket.fate(third) is Fate.LOST


def test_a_number_given_away(forgetful: Server) -> None:
    """After a crash another transaction may get the number: that this one was committed says nothing of ours."""
    ticket = _crashed(forgetful)
    with connect(forgetful) as other:
        begun(other)
        other.execute("COMMIT")
        assert other.execute("SELECT pg_xact_status(%s::text::xid8)", (ticket.number,)).fetchone() == ("committed",)
        assert ticket.fate(other) is Fate.UNKNOWN


def test_the_journal_tells(forgetful: Server) -> None:
    """Where the server can't tell, a line of the journal can: it stands there, or it doesn't."""
    storage = PostgresStorage(forgetful.url)
    storage.prepare(SPECS)
    commit(storage, change(tip("t1")))
    seq, hash = storage.journal.head()
    storage.close()
    with connect(forgetful) as one:
        another_life = Ticket.of(one)
        number = another_life.number or "3"
        stands, gone = (Ticket(number, "another", seq, each) for each in (hash, "0" * 64))
        assert (stands.fate(one), gone.fate(one)) == (Fate.COMMITTED, Fate.LOST)


def test_the_line_is_ones_own(forgetful: Server) -> None:
    """A ticket names the journal's last line only if its own transaction wrote it."""
    storage = PostgresStorage(forgetful.url)
    storage.prepare(SPECS)
    commit(storage, change(tip("t1")))
    tickets = []
    storage.database.change(lambda connection: tickets.append(Ticket.of(connection.raw)))  # type: ignore[attr-defined]
    assert [(ticket.seq, ticket.hash) for ticket in tickets] == [(0, "")]
    with connect(forgetful) as one, one.transaction():
        one.execute("INSERT INTO journal (seq, previous, hash, content) VALUES (9, '', 'x', '')")
        ticket = Ticket.of(one)
    assert (ticket.seq, ticket.hash) == (9, "x")
    storage.close()


def _crashed(server: Server) -> Ticket:
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
    one, witness = connect(forgetful), connect(forgetful)
    before = Ticket.of(one).life
    os.kill(one.info.backend_pid, signal.SIGKILL)
    with pytest.raises(psycopg.OperationalError):
        witness.execute("SELECT pg_sleep(60)")  # ended by the server, which has noticed
    with _recovered(forgetful) as other:
        assert Ticket.of(other).life != before
    for each in (one, witness):
        each.close()


def _recovered(server: Server) -> Connection:
    """Connect as soon as the server has recovered; it refuses connections meanwhile."""
    for _ in range(10_000):
        with suppress(psycopg.OperationalError):
            return connect(server)
    raise AssertionError("it never recovered")
