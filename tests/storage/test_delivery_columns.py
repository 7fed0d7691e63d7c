"""Revision 0008 moves the prefix of an outbox row's error into columns of its own, on both engines."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, pool, text

from anninh_core.ports.storages.queues import OutboxRow, OutboxState
from anninh_core.ports.storages.storage import Storage
from anninh_storage import PostgresStorage, SqliteStorage, migrations

START = datetime(2026, 3, 1, 1, tzinfo=UTC)
DUE = START + timedelta(minutes=1)
ENDED = START + timedelta(minutes=2)
_CUT_OFF = "under way, or cut off before its outcome was known"
_LAUNCH = """
    INSERT INTO outbox (id, messenger, conversation, lane, due_at, cause, purpose, scope, body, after_id, state,
        attempts, token, created_seq, settled_at, platform_id, proof, error, rank, until, open)
    VALUES (:id, 'oa', :id, :lane, :due, 'tip:1', 'tip.answer', 'tip:1', :body, '', :state, 3, 5, :seq, :settled, 'p',
        'seen', :error, :rank, 0, 1)
"""

Expected = tuple[str, datetime | None, str]
"""A row's expected delivery method, end of deferral (or None) and error after the migration."""

ROWS: dict[str, tuple[str, str, str, Expected]] = {
    "under-way": ("reply", "unknown", f"rung template: {_CUT_OFF}", ("template", None, "")),
    "by-phone": (
        "reply",
        "unknown",
        "rung phone: window: gone; phone: lost",
        ("phone", None, "window: gone; phone: lost"),
    ),
    "plain": ("reply", "unknown", "the connection broke", ("", None, "the connection broke")),
    "no-reason": ("reply", "unknown", "", ("", None, "")),
    "aside": ("reply", "ready", "stepped aside after 6 tries: busy", ("", DUE, "stepped aside after 6 tries: busy")),
    "queued": ("reply", "waiting", "stepped aside after 7 tries: busy", ("", DUE, "stepped aside after 7 tries: busy")),
    "held": ("reply", "claimed", "stepped aside after 6 tries: busy", ("", DUE, "stepped aside after 6 tries: busy")),
    "sending": (
        "reply",
        "started",
        "stepped aside after 6 tries: busy",
        ("", DUE, "stepped aside after 6 tries: busy"),
    ),
    "between": ("media", "failed", "stepped aside after 1 tries: 404", ("", ENDED, "stepped aside after 1 tries: 404")),
    "failed": ("reply", "failed", "gave up after 9 tries: busy", ("", None, "gave up after 9 tries: busy")),
    "told": ("reply", "failed", "rung is a word of a reason", ("", None, "rung is a word of a reason")),
    "task": ("broadcast", "needs_person", "a person has to reach", ("", None, "a person has to reach")),
    "sent": ("emergency", "delivered", "", ("", None, "")),
    "given-up": ("broadcast", "cancelled", "", ("", None, "")),
}
"""Id of an outbox row -> its lane, state and error as the earlier version wrote them, and its expected columns."""


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Callable[[], Storage]]:
    """Create the database's tables as they were at a revision."""
    if request.param == "sqlite":
        file = tmp_path / "anninh.db"
        return f"sqlite:///{file}", lambda: SqliteStorage(f"sqlite:///{file}")
    url: str = request.getfixturevalue("postgres_url")
    return url.replace("://", "+psycopg://", 1), lambda: PostgresStorage(url)


@contextmanager
def open_connection(url: str) -> Iterator[Connection]:
    with create_engine(url, poolclass=pool.NullPool).begin() as connection:
        yield connection


def migrate_to(url: str, revision: str) -> None:
    """Create the tables of a revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(str(migrations.__file__)).parent))
    with open_connection(url) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def to_microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def fill_earlier_database(url: str) -> None:
    migrate_to(url, "0007")
    ended = {"delivered", "failed", "needs_person", "unknown", "cancelled"}
    ranks = {"emergency": 0, "reply": 1, "broadcast": 2, "media": 3}
    with open_connection(url) as connection:
        for seq, (id, (lane, state, error, _)) in enumerate(ROWS.items(), 1):
            values = {
                "id": id,
                "lane": lane,
                "due": to_microseconds(DUE),
                "body": f"sealed {id}".encode(),
                "state": state,
                "seq": seq,
                "settled": to_microseconds(ENDED) if state in ended else None,
                "error": error,
                "rank": ranks[lane],
            }
            connection.execute(text(_LAUNCH), values)


def test_errors_become_columns(engine: tuple[str, Callable[[], Storage]]) -> None:
    """Each row gets its delivery method and deferral as columns, and is otherwise unchanged."""
    url, open_storage = engine
    fill_earlier_database(url)
    storage = open_storage()
    storage.prepare([])
    try:
        rows = {row.id: row for row in storage.queues.outbox()}
    finally:
        storage.close()
    assert {id: _columns_of(row) for id, row in rows.items()} == {id: expected for id, (*_, expected) in ROWS.items()}
    for seq, (id, (lane, state, *_)) in enumerate(ROWS.items(), 1):
        row = rows[id]
        assert (row.lane, row.state, row.created_seq, row.token, row.attempts) == (lane, state, seq, 5, 3)
        assert (row.due_at, row.body, row.platform_id, row.proof) == (DUE, f"sealed {id}".encode(), "p", "seen")
        assert (row.settled_at is None) == (state in ("ready", "waiting", "claimed", "started"))


def _columns_of(row: OutboxRow) -> Expected:
    return row.delivery_method, row.deferred_until, row.error


def test_rows_cover_every_state() -> None:
    """The rows cover every state of the outbox."""
    assert {state for _, state, *_ in ROWS.values()} == set(OutboxState)
