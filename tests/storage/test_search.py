"""Rules for searching in SQLite and in PostgreSQL beyond those of the kit."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from anninh_core.kernel.errors import BadInput, StorageError
from anninh_core.ports.storages.changes import SearchTerms
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.kits.storage.base import NOW, SPECS
from anninh_core.testing.kits.storage.search import build_query, build_terms, commit_terms, search_ids
from anninh_storage import PostgresStorage, SqliteStorage
from anninh_storage.sqlite.search import SECURE_DELETE_SINCE


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "anninh.db"


@pytest.fixture
def sqlite(path: Path) -> Iterator[SqliteStorage]:
    storage = SqliteStorage(f"sqlite:///{path}")
    storage.prepare(SPECS)
    yield storage
    storage.close()


@pytest.fixture
def postgres_storage(postgres_url: str) -> Iterator[PostgresStorage]:
    storage = PostgresStorage(postgres_url)
    storage.prepare(SPECS)
    yield storage
    storage.close()


@pytest.fixture(params=["sqlite", "postgres_storage"])
def storage(request: pytest.FixtureRequest) -> Storage:
    """A storage on each of the two engines."""
    engine: Storage = request.getfixturevalue(request.param)
    return engine


def test_phrase_behind_many_repeats_is_found(storage: Storage) -> None:
    """A phrase is found behind more repeats and words than PostgreSQL's vectors have positions for."""
    commit_terms(
        storage,
        build_terms("a", *["x", "y"] * 300, "x", "z", *["w"] * 17_000, "v", "u"),
        build_terms("b", "u", "v", "z", "x"),
    )
    assert search_ids(storage, build_query("x z")) == ["a"]
    assert search_ids(storage, build_query("v u")) == ["a"]
    assert search_ids(storage, build_query("u", excluded=["w v u"])) == ["b"]
    assert search_ids(storage, build_query("u v | z z", "x")) == ["b"]


@pytest.mark.parametrize("size", [1, 8, 9, 40])
def test_search_stays_within_units(storage: Storage, size: int) -> None:
    """A search stays within its units, whether they are few or many, and whatever letters their names have."""
    commit_terms(storage, *(build_terms(f"t{n:02}", "x", unit=f"Xã số_{n}") for n in range(50)))
    assert search_ids(storage, build_query("x"), [f"Xã số_{n}" for n in range(size)], limit=7) == [
        f"t{n:02}" for n in reversed(range(size))
    ]


def test_old_records_of_a_unit_are_found(storage: Storage) -> None:
    """In one unit words are found in the newest records and in far older ones."""
    busy = [build_terms(f"t{n:03}", "x", "rare" if n == 3 else "y", minutes=n, unit="u1") for n in range(450)]
    commit_terms(storage, *busy, build_terms("other", "x", "rare", minutes=500, unit="u2"))
    newest = [text.id for text in reversed(busy)]
    assert search_ids(storage, build_query("x"), ["u1"], limit=20) == newest
    assert search_ids(storage, build_query("rare"), ["u1"], limit=20) == ["t003"]
    assert search_ids(storage, build_query("y x"), ["u1"]) == []


def test_records_of_all_centuries_are_sorted(storage: Storage) -> None:
    """Records of all centuries are sorted by time."""
    moments = [datetime(year, 1, 1, 0, minute, tzinfo=UTC) for year in (1, 1969, 1970, 2021, 9999) for minute in (5, 6)]
    texts = [SearchTerms(kind="kit_tip", id=f"t{n}", unit="u1", at=at, terms=("x",)) for n, at in enumerate(moments)]
    commit_terms(storage, *texts[::2], *texts[1::2])
    assert search_ids(storage, build_query("x"), limit=3) == [text.id for text in reversed(texts)]


def test_record_with_new_time_moves(storage: Storage) -> None:
    """A record with a changed time is sorted by its new time, within the same hour or in another one."""
    commit_terms(storage, build_terms("a", "x"), build_terms("b", "x", minutes=1), build_terms("c", "x", minutes=2))
    commit_terms(storage, build_terms("a", "x", minutes=3))
    assert search_ids(storage, build_query("x"), limit=1) == ["a", "c", "b"]
    commit_terms(storage, build_terms("c", "x", minutes=-600))
    assert search_ids(storage, build_query("x"), limit=1) == ["a", "b", "c"]


def test_too_many_words_are_refused(postgres_storage: PostgresStorage) -> None:
    """A record with more different words than PostgreSQL can index is refused."""
    words = [f"{number:040}" for number in range(26_000)]
    with pytest.raises(BadInput, match="has too many different words to be indexed"):
        commit_terms(postgres_storage, build_terms("a", *words))
    commit_terms(postgres_storage, build_terms("a", *words[:24_000]))
    assert search_ids(postgres_storage, build_query(words[23_999])) == ["a"]


def test_full_hour_refuses_records(sqlite: SqliteStorage, path: Path) -> None:
    """If an hour of the search index is full, it accepts no further record, and the next hour still does."""
    hour = int(NOW.timestamp()) // 3600
    last = (hour << 24) + (1 << 24) - 1
    with sqlite3.connect(path) as by_hand:
        by_hand.execute(
            "INSERT INTO search_rows VALUES (?, 'kit_tip', 'last', 'u1', ?, '_ x')", (last, hour * 3600_000_000)
        )
    by_hand.close()
    with pytest.raises(StorageError, match="one hour"):
        commit_terms(sqlite, build_terms("a", "x"))
    commit_terms(sqlite, build_terms("b", "x", minutes=60))
    assert search_ids(sqlite, build_query("x")) == ["b"]


@pytest.mark.skipif(sqlite3.sqlite_version_info < SECURE_DELETE_SINCE, reason="older indexes forget as they are merged")
def test_removed_terms_are_overwritten(sqlite: SqliteStorage, path: Path) -> None:
    """Replaced or removed terms are nowhere in the file, and the other terms still are."""
    words = [f"{number:03}secret{number:03}" for number in range(300)]
    for start in range(0, 300, 20):
        commit_terms(sqlite, *(build_terms(f"t{n}", "x", words[n], minutes=start) for n in range(start, start + 20)))
    commit_terms(sqlite, *(build_terms(f"t{n}", "x") for n in range(50)))
    commit_terms(sqlite, *(build_terms(f"t{n}") for n in range(50, 100)))
    sqlite.keyring.destroy("case:1")  # A purge destroys the key in the same way.
    data = b"".join(file.read_bytes() for file in path.parent.glob("anninh.db*"))
    # An index omits the prefix of a word that it shares with its neighbour.
    assert [word for word in words if word[3:].encode() in data] == words[100:]


def test_newer_sqlite_erases_at_once(path: Path, sqlite: SqliteStorage) -> None:
    """In a file made by an older SQLite, removed terms are erased at once as soon as a newer SQLite opens it."""
    query = "SELECT v FROM search_index_config WHERE k = 'secure-delete'"
    erases = [(1,)] if sqlite3.sqlite_version_info >= SECURE_DELETE_SINCE else []
    with sqlite3.connect(path) as by_hand:
        assert by_hand.execute(query).fetchall() == erases
        by_hand.execute("DELETE FROM search_index_config WHERE k = 'secure-delete'")
    by_hand.close()
    again = SqliteStorage(f"sqlite:///{path}")
    again.prepare(SPECS)
    again.close()
    with sqlite3.connect(path) as by_hand:
        assert by_hand.execute(query).fetchall() == erases
    by_hand.close()


@pytest.mark.skipif(sqlite3.sqlite_version_info < (3, 44), reason="quick_check leaves out virtual tables before 3.44")
def test_check_reports_damaged_index(sqlite: SqliteStorage, path: Path) -> None:
    """The storage's check reports a damaged search index."""
    commit_terms(sqlite, *(build_terms(f"t{number}", "x", f"w{number}") for number in range(50)))
    assert sqlite.maintenance.check() == []
    with sqlite3.connect(path) as by_hand:
        by_hand.execute("UPDATE search_index_data SET block = zeroblob(length(block)) WHERE id > 10")
    by_hand.close()
    assert any("search_index" in sentence for sentence in sqlite.maintenance.check())
