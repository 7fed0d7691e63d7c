"""Rows of a SQLite file that were altered by hand: the others are read, claimed and sent as if nothing had happened."""

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


def alter(path: Path, statement: str, *values: object) -> None:
    """Change one row behind the storage's back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(statement, values).rowcount == 1


def indexed(name: str) -> SearchTerms:
    return SearchTerms(kind="kit_tip", id=name, unit="u1", at=NOW, terms=("xe", name))


@pytest.mark.parametrize("column", ["id", "unit", "scope", "multi", "c_state"])
def test_a_record_with_an_undecodable_text_is_listed(storage: SqliteStorage, path: Path, column: str) -> None:
    """The list has both records, and a later one finds its texts unchanged."""
    commit_records(storage, tip("a"), tip("b"))
    alter(path, f"UPDATE r_kit_tip SET {column} = CAST(? AS TEXT) WHERE id = 'a'", NO_TEXT)

    page = storage.records.find(Find(kind="kit_tip", order="newest"))
    assert len(page.records) == 2
    assert tip("b") in page.records
    assert [*storage.maintenance.scan("kit_tip")] == sorted(page.records, key=lambda record: record.id)
    commit_records(storage, tip("ạ"))
    assert storage.records.get("kit_tip", "ạ") == tip("ạ")


@pytest.mark.parametrize("revision", [NO_TEXT, b"0o11"])
def test_a_damaged_revision_is_refused_in_a_sentence(storage: SqliteStorage, path: Path, revision: bytes) -> None:
    """As one that a newer version wrote: whatever it was, this version writes nothing into it."""
    storage.close()
    alter(path, "UPDATE alembic_version SET version_num = CAST(? AS TEXT)", revision)
    with pytest.raises(NewerDatabase, match="revision"):
        SqliteStorage(f"sqlite:///{path}").prepare(SPECS)


def test_an_earlier_revision_over_later_tables_is_refused(storage: SqliteStorage, path: Path) -> None:
    """Nothing is migrated a second time."""
    storage.close()
    alter(path, "UPDATE alembic_version SET version_num = '0004'")
    with pytest.raises(StorageError, match="restore it from a backup"):
        SqliteStorage(f"sqlite:///{path}").prepare(SPECS)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0004",)]


@pytest.mark.parametrize("number", [-(2**62), 2**62])
def test_an_event_of_no_moment_is_claimed_with_the_others(storage: SqliteStorage, path: Path, number: int) -> None:
    """A number that stands for no moment holds up neither its own event nor another."""
    commit(storage, inbox_change("a"), inbox_change("b"))
    alter(path, "UPDATE inbox SET received_at = ? WHERE id = 'a'", number)
    assert {row.id for row in storage.queues.claim_inbox(NOW, TTL, 10)} == {"a", "b"}


def test_a_message_of_an_unknown_lane_is_claimed(storage: SqliteStorage, path: Path) -> None:
    """It leaves as an urgent one."""
    commit_outbox(storage, outbox_row("a", lane=Lane.EMERGENCY))
    alter(path, "UPDATE outbox SET lane = 'mergency' WHERE id = 'a'")
    assert [row.lane for row in storage.queues.claim_outbox(NOW, TTL, 10)] == [Lane.EMERGENCY]


@pytest.mark.parametrize("damage", ["open = 1, state = 'cancelled'", "open = 1, state = 'heady'"])
def test_a_damaged_message_keeps_no_other_waiting(storage: SqliteStorage, path: Path, damage: str) -> None:
    """A row of a state that ends it, or of one that there isn't, is passed by what comes after it."""
    commit_outbox(storage, outbox_row("a", lane=Lane.EMERGENCY))
    alter(path, f"UPDATE outbox SET {damage} WHERE id = 'a'")
    commit_outbox(storage, outbox_row("b", lane=Lane.EMERGENCY))

    assert [row.id for row in storage.queues.claim_outbox(NOW, TTL, 10)] == ["b"]
    damaged, _ = storage.queues.outbox()
    assert damaged.state in (OutboxState.CANCELLED, OutboxState.FAILED)


@pytest.mark.parametrize("damage", ["id = id + 1000", "block = CAST(substr(hex(block), 3) AS BLOB)", "block = x'00'"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_damaged_index_keeps_no_record_out(storage: SqliteStorage, path: Path, damage: str, place: int) -> None:
    """Whichever row of the search index is altered, the next record is stored: at worst it isn't found by its words."""
    for name in ("a", "b"):
        commit(storage, change(tip(name), search=(indexed(name),)))
    storage.close()
    row = "(SELECT id FROM search_index_data ORDER BY id LIMIT 1 OFFSET ?)"
    alter(path, f"UPDATE search_index_data SET {damage} WHERE id = {row}", place)
    again = SqliteStorage(f"sqlite:///{path}")
    again.prepare(SPECS)
    try:
        assert commit(again, change(tip("c"), search=(indexed("c"),))) == [Outcome.COMMITTED]
        assert commit(again, change(tip("c", version=2), search=(indexed("c"),))) == [Outcome.COMMITTED]
        assert again.records.get("kit_tip", "c") == tip("c", version=2)
    finally:
        again.close()


@pytest.mark.parametrize("damage", ["v = v + 1", "k = 'versio'"])
def test_a_damaged_setting_of_the_index_keeps_no_record_out(storage: SqliteStorage, path: Path, damage: str) -> None:
    """An index of a version that there isn't is built anew, or left."""
    commit(storage, change(tip("a"), search=(indexed("a"),)))
    storage.close()
    alter(path, f"UPDATE search_index_config SET {damage} WHERE k = 'version'")
    again = SqliteStorage(f"sqlite:///{path}")
    again.prepare(SPECS)
    try:
        assert commit(again, change(tip("b"), search=(indexed("b"),))) == [Outcome.COMMITTED]
        assert again.records.get("kit_tip", "b") == tip("b")
    finally:
        again.close()


def test_a_damaged_index_is_built_anew(storage: SqliteStorage, path: Path) -> None:
    """With the next record all are found again, where the index can be opened."""
    for name in ("a", "b"):
        commit(storage, change(tip(name), search=(indexed(name),)))
    alter(path, "UPDATE search_index_data SET block = x'00' WHERE id = (SELECT max(id) FROM search_index_data)")
    commit(storage, change(tip("a", version=2), search=(indexed("a"),)))

    hits = storage.search.find("kit_tip", TermQuery(((("xe",),),)), None, 5)
    assert {hit.id for hit in hits} == {"a", "b"}
