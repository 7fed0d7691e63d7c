"""Manually altered rows of a SQLite file don't affect reading, claiming and sending of other rows."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from anninh_core.kernel.errors import NewerDatabase, StorageError
from anninh_core.kernel.search.query import TermQuery
from anninh_core.ports.storages.changes import Outcome, SearchTerms
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.ports.storages.storage import Find
from anninh_core.testing.kits.storage.base import (
    NOW,
    SPECS,
    TTL,
    change,
    commit,
    commit_outbox,
    commit_records,
    inbox_change,
    outbox_row,
    tip,
)
from anninh_core.vocabulary.delivery import Lane
from anninh_storage import SqliteStorage

NO_TEXT = b"\xff\xfe"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "anninh.db"


@pytest.fixture
def storage(path: Path) -> Iterator[SqliteStorage]:
    storage = SqliteStorage(f"sqlite:///{path}")
    storage.prepare(SPECS)
    yield storage
    storage.close()


def alter_row(path: Path, statement: str, *values: object) -> None:
    """Change one row directly in the file."""
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(statement, values).rowcount == 1


def build_search_terms(name: str) -> SearchTerms:
    return SearchTerms(kind="kit_tip", id=name, unit="u1", at=NOW, terms=("xe", name))


@pytest.mark.parametrize("column", ["id", "unit", "scope", "multi", "c_state"])
def test_record_with_undecodable_text_is_listed(storage: SqliteStorage, path: Path, column: str) -> None:
    """A record with an undecodable text is listed with the others, and a later record keeps its texts."""
    commit_records(storage, tip("a"), tip("b"))
    alter_row(path, f"UPDATE r_kit_tip SET {column} = CAST(? AS TEXT) WHERE id = 'a'", NO_TEXT)

    page = storage.records.find(Find(kind="kit_tip", order="newest"))
    assert len(page.records) == 2
    assert tip("b") in page.records
    assert [*storage.maintenance.scan("kit_tip")] == sorted(page.records, key=lambda record: record.id)
    commit_records(storage, tip("ạ"))
    assert storage.records.get("kit_tip", "ạ") == tip("ạ")


@pytest.mark.parametrize("revision", [NO_TEXT, b"0o11"])
def test_damaged_revision_is_refused(storage: SqliteStorage, path: Path, revision: bytes) -> None:
    """A file with a damaged revision is refused like a file of a newer version."""
    storage.close()
    alter_row(path, "UPDATE alembic_version SET version_num = CAST(? AS TEXT)", revision)
    with pytest.raises(NewerDatabase, match="revision"):
        SqliteStorage(f"sqlite:///{path}").prepare(SPECS)


def test_earlier_revision_with_later_tables_is_refused(storage: SqliteStorage, path: Path) -> None:
    """A file with an earlier revision but later tables is refused, and not migrated again."""
    storage.close()
    alter_row(path, "UPDATE alembic_version SET version_num = '0004'")
    with pytest.raises(StorageError, match="restore it from a backup"):
        SqliteStorage(f"sqlite:///{path}").prepare(SPECS)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0004",)]


@pytest.mark.parametrize("number", [-(2**62), 2**62])
def test_event_with_impossible_time_is_claimed(storage: SqliteStorage, path: Path, number: int) -> None:
    """An event with a time out of the valid range is claimed, and so are the other events."""
    commit(storage, inbox_change("a"), inbox_change("b"))
    alter_row(path, "UPDATE inbox SET received_at = ? WHERE id = 'a'", number)
    assert {row.id for row in storage.queues.claim_inbox(NOW, TTL, 10)} == {"a", "b"}


def test_message_of_unknown_lane_is_claimed(storage: SqliteStorage, path: Path) -> None:
    """A message in an unknown lane is sent like an urgent one."""
    commit_outbox(storage, outbox_row("a", lane=Lane.EMERGENCY))
    alter_row(path, "UPDATE outbox SET lane = 'mergency' WHERE id = 'a'")
    assert [row.lane for row in storage.queues.claim_outbox(NOW, TTL, 10)] == [Lane.EMERGENCY]


@pytest.mark.parametrize("damage", ["open = 1, state = 'cancelled'", "open = 1, state = 'heady'"])
def test_damaged_message_delays_no_other(storage: SqliteStorage, path: Path, damage: str) -> None:
    """A damaged row in an ended or unknown state doesn't hold up the rows after it."""
    commit_outbox(storage, outbox_row("a", lane=Lane.EMERGENCY))
    alter_row(path, f"UPDATE outbox SET {damage} WHERE id = 'a'")
    commit_outbox(storage, outbox_row("b", lane=Lane.EMERGENCY))

    assert [row.id for row in storage.queues.claim_outbox(NOW, TTL, 10)] == ["b"]
    damaged, _ = storage.queues.outbox()
    assert damaged.state in (OutboxState.CANCELLED, OutboxState.FAILED)


@pytest.mark.parametrize("damage", ["id = id + 1000", "block = CAST(substr(hex(block), 3) AS BLOB)", "block = x'00'"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_damaged_index_refuses_no_record(storage: SqliteStorage, path: Path, damage: str, place: int) -> None:
    """If any row of the search index was altered, the next record is still stored; at worst its words aren't found."""
    for name in ("a", "b"):
        commit(storage, change(tip(name), search=(build_search_terms(name),)))
    storage.close()
    row = "(SELECT id FROM search_index_data ORDER BY id LIMIT 1 OFFSET ?)"
    alter_row(path, f"UPDATE search_index_data SET {damage} WHERE id = {row}", place)
    again = SqliteStorage(f"sqlite:///{path}")
    again.prepare(SPECS)
    try:
        assert commit(again, change(tip("c"), search=(build_search_terms("c"),))) == [Outcome.COMMITTED]
        assert commit(again, change(tip("c", version=2), search=(build_search_terms("c"),))) == [Outcome.COMMITTED]
        assert again.records.get("kit_tip", "c") == tip("c", version=2)
    finally:
        again.close()


@pytest.mark.parametrize("damage", ["v = v + 1", "k = 'versio'"])
def test_unknown_index_version_refuses_no_record(storage: SqliteStorage, path: Path, damage: str) -> None:
    """If the search index has an unknown version, the next record is still stored."""
    commit(storage, change(tip("a"), search=(build_search_terms("a"),)))
    storage.close()
    alter_row(path, f"UPDATE search_index_config SET {damage} WHERE k = 'version'")
    again = SqliteStorage(f"sqlite:///{path}")
    again.prepare(SPECS)
    try:
        assert commit(again, change(tip("b"), search=(build_search_terms("b"),))) == [Outcome.COMMITTED]
        assert again.records.get("kit_tip", "b") == tip("b")
    finally:
        again.close()


def test_damaged_index_is_rebuilt(storage: SqliteStorage, path: Path) -> None:
    """A damaged search index that can be opened is rebuilt with the next record, and all words are found again."""
    for name in ("a", "b"):
        commit(storage, change(tip(name), search=(build_search_terms(name),)))
    alter_row(path, "UPDATE search_index_data SET block = x'00' WHERE id = (SELECT max(id) FROM search_index_data)")
    commit(storage, change(tip("a", version=2), search=(build_search_terms("a"),)))

    hits = storage.search.find("kit_tip", TermQuery(((("xe",),),)), None, 5)
    assert {hit.id for hit in hits} == {"a", "b"}
