"""The in-memory storage, SQLite and PostgreSQL have the same hits, page by page."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from attrs import evolve, field, frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.postgres.server import Server

from anninh_core.kernel.search.query import TermQuery
from anninh_core.ports.storages.changes import SearchTerms
from anninh_core.ports.storages.searching import Hit
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.kits.storage.base import NOW, SPECS, change
from anninh_core.testing.memory import MemoryStorage
from anninh_storage import PostgresStorage, SqliteStorage

pytestmark = pytest.mark.slow

UNITS = [f"xã {number}" for number in range(12)]

phrases = st.lists(st.sampled_from("xyz"), min_size=1, max_size=3).map(tuple)
clauses = st.lists(phrases, min_size=1, max_size=3).map(tuple)
queries = st.builds(
    TermQuery, st.lists(clauses, min_size=1, max_size=3).map(tuple), st.lists(phrases, max_size=2).map(tuple)
)
# Times are within an hour, in the adjacent hours, or far away, and many are equal.
minutes = st.sampled_from([0, 0, 0, 1, 29, 30, 59, 90, -40, 10_000, -10_000, -30_000_000])
texts = st.builds(
    SearchTerms,
    kind=st.just(""),
    id=st.sampled_from("abcdefghij"),
    unit=st.sampled_from(UNITS),
    at=minutes.map(lambda offset: NOW + timedelta(minutes=offset)),
    terms=st.lists(st.sampled_from("xyz"), max_size=6).map(tuple),
)
batches = st.lists(st.lists(st.lists(texts, max_size=5), min_size=1, max_size=3), min_size=1, max_size=4)
questions = st.lists(
    st.tuples(queries, st.none() | st.lists(st.sampled_from(UNITS), max_size=12), st.integers(1, 4)),
    min_size=1,
    max_size=4,
)


@frozen
class StorageTrio:
    """Three storages of different engines, and an unused name of a kind for each example."""

    storages: tuple[Storage, ...]
    _made: Iterator[int] = field(factory=count)

    def next_kind(self) -> str:
        return f"kind{next(self._made)}"


@pytest.fixture(scope="module")
def trio(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StorageTrio]:
    url = postgres.create_database()
    file = tmp_path_factory.mktemp("search") / "anninh.db"
    storages = (MemoryStorage(), SqliteStorage(f"sqlite:///{file}"), PostgresStorage(url))
    for storage in storages:
        storage.prepare(SPECS)
    yield StorageTrio(storages)
    for storage in storages:
        storage.close()
    postgres.drop_database(url)


def read_pages(
    storage: Storage, kind: str, query: TermQuery, units: Sequence[str] | None, limit: int
) -> list[list[Hit]]:
    result: list[list[Hit]] = [[]]
    while len(result) == 1 or len(result[-1]) == limit:
        before = result[-1][-1] if result[-1] else None
        result.append(list(storage.search.find(kind, query, units, limit, before)))
    return result


@given(batches=batches, questions=questions)
@settings(max_examples=60, deadline=None)
def test_all_storages_find_the_same(trio: StorageTrio, batches: Sequence[Any], questions: Sequence[Any]) -> None:
    """Every page of every search is the same on all storages after any indexing, changes and removals."""
    kind = trio.next_kind()
    for batch in batches:
        changes = [change(search=tuple(evolve(text, kind=kind) for text in part)) for part in batch]
        for storage in trio.storages:
            storage.commit(changes)
    for query, units, limit in questions:
        expected, *others = (read_pages(storage, kind, query, units, limit) for storage in trio.storages)
        assert others == [expected, expected]


def test_sqlite_index_stays_sound(trio: StorageTrio) -> None:
    """After all searches SQLite's search index is consistent with its table."""
    (sqlite,) = (storage for storage in trio.storages if isinstance(storage, SqliteStorage))
    assert sqlite.maintenance.check() == []
    statement = "INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"
    sqlite.database.change(lambda connection: connection.execute(statement))
