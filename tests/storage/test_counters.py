"""Sums over any days are the sums of those days, whichever grains they are read from."""

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
    """A storage whose counters each example replaces."""
    path: Path = tmp_path_factory.mktemp("counters") / "anninh.db"
    made: Storage = MemoryStorage() if request.param == "memory" else SqliteStorage(f"sqlite:///{path}")
    made.prepare([])
    yield made
    made.close()


@given(rebuilt=COUNTERS, added=COUNTERS, span=SPANS | YEARS)
def test_a_total_is_the_sum_of_its_days(
    storage: Storage, rebuilt: list[Counter], added: list[Counter], span: tuple[date, date]
) -> None:
    """Whatever was rebuilt and added since, days outside the span count for nothing and those inside count once."""
    storage.counters.replace(rebuilt)
    storage.commit([ChangeSet(counters=tuple(added))])
    start, end = span
    expected = {
        ("tips", "u1", dims): sum(
            one.amount for one in rebuilt + added if (one.unit, one.dims) == ("u1", dims) and start <= one.day <= end
        )
        for dims in DIMS
    }
    found = storage.counters.total(["tips"], ["u1"], start, end)
    assert found == {key: amount for key, amount in expected.items() if amount}
    assert storage.maintenance.check() == []


@given(rebuilt=COUNTERS, added=COUNTERS, span=SPANS | YEARS, sets=st.tuples(SETS, SETS))
def test_units_together_are_the_sum_of_their_days(
    storage: Storage,
    rebuilt: list[Counter],
    added: list[Counter],
    span: tuple[date, date],
    sets: tuple[list[list[str]], list[list[str]]],
) -> None:
    """Whatever sets are gathered between a rebuild and later counts: every day of every unit asked for counts once."""
    gathered, others = sets
    storage.counters.replace(rebuilt)
    storage.counters.gather(gathered)
    storage.commit([ChangeSet(counters=tuple(added))])
    start, end = span
    within = [one for one in rebuilt + added if start <= one.day <= end]
    for units in (*gathered, *others):
        expected = {
            ("tips", dims): sum(one.amount for one in within if one.unit in units and one.dims == dims) for dims in DIMS
        }
        found = storage.counters.together(["tips"], units, start, end)
        assert found == {key: amount for key, amount in expected.items() if amount}
    assert storage.maintenance.check() == []
