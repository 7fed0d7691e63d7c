"""Rules for which commits on SQLite wait until they are on the disk."""

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


def test_only_claims_skip_the_disk(storage: SqliteStorage) -> None:
    """Only claims don't wait for the disk: a power cut may undo a claim, as no work is done under it before the next
    commit.
    """
    commit(storage, inbox_change("1"))
    commit_outbox(storage, outbox_row("1"))
    assert list_disk_waits(storage, lambda: storage.queues.claim_inbox(NOW, TTL, 10)) == [False]
    (row,) = storage.queues.claim_outbox(NOW, TTL, 10)
    assert list_disk_waits(storage, lambda: storage.queues.start(row.id, row.token, NOW, TTL)) == [True]
    assert list_disk_waits(storage, lambda: commit(storage, inbox_change("2"))) == [True]


def test_commit_after_failed_claim_is_synced(storage: SqliteStorage) -> None:
    """After a failed claim the next commit waits for the disk again."""

    def fail_claim(_: object) -> None:
        raise ValueError("no claim")

    with pytest.raises(ValueError, match="no claim"):
        storage.database.lease(fail_claim)
    assert list_disk_waits(storage, lambda: commit(storage, inbox_change("1"))) == [True]


def list_disk_waits(storage: SqliteStorage, act: Callable[[], object]) -> list[bool]:
    """Call `act`, and return for each commit during the call whether it waited for the disk."""
    statements: list[str] = []
    writer: sqlite3.Connection = storage.database.change(lambda connection: connection)  # type: ignore[assignment]
    writer.set_trace_callback(statements.append)
    act()
    writer.set_trace_callback(None)
    waited = []
    full = True
    for statement in statements:
        if statement.startswith("PRAGMA synchronous"):
            full = statement.endswith("FULL")
        elif statement == "COMMIT":
            waited.append(full)
    return waited
