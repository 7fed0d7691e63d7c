"""Sums over a period equal the sums of its days, whether they are read from days, months or years."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.ports.storages.changes import ChangeSet, Counter
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.memory import MemoryStorage
from anninh_storage import SqliteStorage

FIRST = date(2018, 12, 1)
DAYS = st.integers(0, 5 * 366).map(lambda days: FIRST + timedelta(days=days))
DIMS = ("", "kind=theft")
COUNTERS = st.lists(
    st.builds(
        Counter,
        indicator=st.just("tips"),
        unit=st.sampled_from(["u1", "u2"]),
        day=DAYS | st.sampled_from([date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31)]),
        dims=st.sampled_from(DIMS),
        amount=st.integers(-5, 5),
    ),
    max_size=30,
)
SETS = st.lists(st.lists(st.sampled_from(["u1", "u2", "u3"]), max_size=3), max_size=3)
SPANS = st.tuples(DAYS, DAYS).map(lambda pair: (min(pair), max(pair)))
YEARS = st.tuples(st.integers(2018, 2024), st.integers(0, 4)).map(
    lambda pair: (date(pair[0], 1, 1), date(sum(pair), 12, 31))
)


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def storage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """A storage in which each example replaces the counters."""
    path: Path = tmp_path_factory.mktemp("counters") / "anninh.db"
    made: Storage = MemoryStorage() if request.param == "memory" else SqliteStorage(f"sqlite:///{path}")
    made.prepare([])
    yield made
    made.close()


@given(rebuilt=COUNTERS, added=COUNTERS, span=SPANS | YEARS)
def test_total_equals_sum_of_days(
    storage: Storage, rebuilt: list[Counter], added: list[Counter], span: tuple[date, date]
) -> None:
    """A total counts each day inside the period once and no other day, whether counters were rebuilt or added."""
    storage.counters.replace(rebuilt)
    storage.commit([ChangeSet(counters=tuple(added))])
    start, end = span
    expected = {
        ("tips", "u1", dims): sum(
            counter.amount
            for counter in rebuilt + added
            if (counter.unit, counter.dims) == ("u1", dims) and start <= counter.day <= end
        )
        for dims in DIMS
    }
    totals = storage.counters.total(["tips"], ["u1"], start, end)
    assert totals == {key: amount for key, amount in expected.items() if amount}
    assert storage.maintenance.check() == []


@given(rebuilt=COUNTERS, added=COUNTERS, span=SPANS | YEARS, sets=st.tuples(SETS, SETS))
def test_total_of_units_equals_sum_of_days(
    storage: Storage,
    rebuilt: list[Counter],
    added: list[Counter],
    span: tuple[date, date],
    sets: tuple[list[list[str]], list[list[str]]],
) -> None:
    """The total of a set of units counts every day of each unit once, whether the set's sums are stored in advance or
    not.
    """
    gathered, others = sets
    storage.counters.replace(rebuilt)
    storage.counters.gather(gathered)
    storage.commit([ChangeSet(counters=tuple(added))])
    start, end = span
    within = [counter for counter in rebuilt + added if start <= counter.day <= end]
    for units in (*gathered, *others):
        expected = {
            ("tips", dims): sum(counter.amount for counter in within if counter.unit in units and counter.dims == dims)
            for dims in DIMS
        }
        totals = storage.counters.together(["tips"], units, start, end)
        assert totals == {key: amount for key, amount in expected.items() if amount}
    assert storage.maintenance.check() == []
