"""Which commits on SQLite are waited for until they are on the disk."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from anninh_core.testing.kits.storage.base import NOW, SPECS, TTL, commit, commit_outbox, inbox_change, outbox_row
from anninh_storage import SqliteStorage


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqliteStorage]:
    storage = SqliteStorage(f"sqlite:///{tmp_path / 'anninh.db'}")
    storage.prepare(SPECS)
    yield storage
    storage.close()


def test_only_claims_are_not_waited_for(storage: SqliteStorage) -> None:
    """A power cut may undo a claim, as nothing is done under it before the next commit; all else reaches the disk."""
    commit(storage, inbox_change("1"))
    commit_outbox(storage, outbox_row("1"))
    assert synced(storage, lambda: storage.queues.claim_inbox(NOW, TTL, 10)) == [False]
    (row,) = storage.queues.claim_outbox(NOW, TTL, 10)
    assert synced(storage, lambda: storage.queues.start(row.id, row.token, NOW, TTL)) == [True]
    assert synced(storage, lambda: commit(storage, inbox_change("2"))) == [True]


def test_a_claim_that_fails_leaves_the_next_commit_safe(storage: SqliteStorage) -> None:
    """Whatever becomes of a claim, what comes behind it is waited for again."""

    def fail(_: object) -> None:
        raise ValueError("no claim")

    with pytest.raises(ValueError, match="no claim"):
        storage.database.lease(fail)
    assert synced(storage, lambda: commit(storage, inbox_change("1"))) == [True]


def synced(storage: SqliteStorage, act: Callable[[], object]) -> list[bool]:
    """Return of each commit of an act whether it was waited for until it was on the disk."""
    said: list[str] = []
    writer: sqlite3.Connection = storage.database.change(lambda connection: connection)  # type: ignore[assignment]
    writer.set_trace_callback(said.append)
    act()
    writer.set_trace_callback(None)
    found = []
    full = True
    for statement in said:
        if statement.startswith("PRAGMA synchronous"):
            full = statement.endswith("FULL")
        elif statement == "COMMIT":
            found.append(full)
    return found
