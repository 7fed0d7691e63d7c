"""Counters and columns are corrected while others write, on both engines."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.usecase.conftest import NOTE, AllButStranger, Notes
from tests.usecase.test_reindex import GROWN

from anninh_core.domain.conversations.model import PEOPLE
from anninh_core.domain.reports.service import Reports
from anninh_core.kernel.errors import NewerDatabase
from anninh_core.ports.storages.changes import ChangeSet, Counter, IndexSpec, Record
from anninh_core.ports.storages.dumping import Row
from anninh_core.ports.storages.maintenance import Drift
from anninh_core.ports.storages.storage import Storage
from anninh_core.ports.storages.upgrading import TellsUpgrade, UpgradeStep
from anninh_core.profile import load_profile
from anninh_core.testing.clock import FixedClock, SeededIds
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys
from anninh_core.usecase.actor import person
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.decision import DECISION
from anninh_core.usecase.indexing.reindex import reindex
from anninh_core.usecase.runner import UseCaseRunner
from anninh_storage import PostgresStorage, SqliteStorage
from anninh_storage.migrations import REVISIONS
from anninh_storage.sql.counters.counters import get_month_number
from anninh_storage.sqlite.database import DIALECT

LAN = person("lan")
DAY = date(2021, 9, 1)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'anninh.db'}"
    server_url: str = request.getfixturevalue("postgres_url")
    return server_url


@pytest.fixture
def storage(url: str) -> Iterator[Storage]:
    """An open storage with the kinds of the notes service."""
    made: Storage = SqliteStorage(url) if url.startswith("sqlite") else PostgresStorage(url)
    made.prepare([NOTE.spec, DECISION.spec])
    yield made
    made.close()


@pytest.fixture
def runner(storage: Storage) -> UseCaseRunner:
    """A use case runner on the storage."""
    clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
    context = UseCaseContext(
        district=load_profile("hoa_lu_2021"),
        storage=storage,
        keys=MemoryKeys(),
        blobs=MemoryBlobs(),
        clock=clock,
        ids=SeededIds(clock, 1),
        people=PEOPLE,
    )
    return UseCaseRunner(context=context, permits=AllButStranger(), pause=lambda _: None)


def execute_directly(url: str, statement: str) -> None:
    """Execute a statement directly on the database."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute(statement)
        connection.close()
    else:
        with psycopg.connect(url) as server:
            server.execute(statement.encode())


def test_months_and_years_are_corrected(storage: Storage, url: str) -> None:
    """Months and years that differ from their days are listed with both sums and corrected, and then no check
    complains.
    """
    days = [date(2020, 2, 29), date(2020, 3, 1), date(2021, 12, 31), date(2022, 1, 1)]
    counters = [Counter(indicator="tips", unit="u1", day=day, dims="a=b", amount=2) for day in days]
    storage.commit([ChangeSet(counters=tuple(counters))])
    execute_directly(url, "UPDATE counters_month SET amount = 9 WHERE month = 2020 * 12 + 1")
    execute_directly(url, "DELETE FROM counters_month WHERE month = 2021 * 12 + 11")
    execute_directly(url, "INSERT INTO counters_month VALUES ('ghosts', 'u1', 2021 * 12 + 5, '', 4)")
    execute_directly(url, "UPDATE counters_year SET amount = 1 WHERE year = 2020")
    execute_directly(url, "DELETE FROM counters_year WHERE year = 2022")
    execute_directly(url, "INSERT INTO counters_year VALUES ('ghosts', 'u1', 2023, '', 5)")
    expected = [
        Drift(indicator="ghosts", unit="u1", year=2021, month=6, dims="", held=4, days=0),
        Drift(indicator="ghosts", unit="u1", year=2023, month=0, dims="", held=5, days=0),
        Drift(indicator="tips", unit="u1", year=2020, month=0, dims="a=b", held=1, days=4),
        Drift(indicator="tips", unit="u1", year=2020, month=2, dims="a=b", held=9, days=2),
        Drift(indicator="tips", unit="u1", year=2021, month=12, dims="a=b", held=0, days=2),
        Drift(indicator="tips", unit="u1", year=2022, month=0, dims="a=b", held=0, days=2),
    ]
    assert storage.maintenance.check() == ["6 counters differ between days, months and years; rebuild the counters"]
    assert storage.maintenance.inconsistencies() == expected

    assert storage.maintenance.mend() == expected

    assert (storage.maintenance.inconsistencies(), storage.maintenance.check()) == ([], [])
    for end in (date(2023, 12, 31), date(2023, 12, 30)):
        total = storage.counters.total(["tips", "ghosts"], ["u1"], date(2020, 1, 1), end)
        assert total == {("tips", "u1", "a=b"): 8}


def test_sums_of_sets_are_corrected(storage: Storage, url: str) -> None:
    """If a set's sum of a day isn't the sum of its units, it is listed, and corrected together with its month and
    year.
    """
    days = [date(2020, 2, 29), date(2020, 3, 1)]
    counters = [Counter(indicator="tips", unit=unit, day=day, dims="", amount=2) for day in days for unit in "ab"]
    storage.commit([ChangeSet(counters=tuple(counters))])
    storage.counters.gather([["a", "b"]])
    execute_directly(url, f"UPDATE counters_day SET amount = 5 WHERE unit LIKE '=%' AND day = {days[0].toordinal()}")
    execute_directly(url, f"DELETE FROM counters_day WHERE unit LIKE '=%' AND day = {days[1].toordinal()}")
    execute_directly(url, "DELETE FROM counters_year WHERE unit LIKE '=%'")
    drifts = storage.maintenance.inconsistencies()
    assert [(drift.year, drift.month, drift.day, drift.held, drift.days) for drift in drifts if drift.day] == [
        (2020, 2, 29, 5, 4),
        (2020, 3, 1, 0, 4),
    ]
    assert storage.maintenance.check() != []

    storage.maintenance.mend()

    assert (storage.maintenance.inconsistencies(), storage.maintenance.check()) == ([], [])
    assert storage.counters.together(["tips"], ["a", "b"], date(2020, 1, 1), date(2020, 12, 31)) == {("tips", ""): 8}


@given(day=st.dates())
def test_month_of_day_follows_calendar(day: date) -> None:
    """The engine computes the calendar month of any day correctly."""
    with sqlite3.connect(":memory:") as connection:
        row = connection.execute(f"SELECT {DIALECT.month_of_day} FROM (SELECT ? AS day)", (day.toordinal(),)).fetchone()
    connection.close()
    assert row == (get_month_number(day.year, day.month),)


def test_recount_during_writes_is_exact(runner: UseCaseRunner, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writes during a recount change neither its result nor the correction."""
    notes = Notes(runner)
    reports = Reports(runner, kinds=[NOTE])
    written = [notes.write(LAN, "ninh-hoa", f"{number}") for number in range(40)]
    notes.paint(LAN, written[0].id, "blue")
    execute_directly(url, "UPDATE counters_day SET amount = amount + 7 WHERE dims = 'colour=red'")
    execute_directly(url, "DELETE FROM counters_day WHERE dims = 'colour=blue'")
    dump = runner.context.storage.maintenance.dump
    colours = {"red": 39, "blue": 1}

    def dump_while_writing() -> Iterator[Row]:
        for number, row in enumerate(dump()):
            yield row
            notes.paint(LAN, written[number % 40].id, "green" if number % 3 else "red")
            if number % 5 == 0:
                notes.write(LAN, "ninh-hoa", "xin chào")

    monkeypatch.setattr(runner.context.storage.maintenance, "dump", dump_while_writing)
    result = reports.counters.recount(LAN)
    monkeypatch.undo()
    assert [(difference.dims, difference.counted, difference.recounted) for difference in result.differences] == [
        ("colour=blue", 0, colours["blue"]),
        ("colour=red", colours["red"] + 7, colours["red"]),
    ]
    assert reports.counters.recount(LAN).differences != ()

    reports.counters.correct_counters(LAN, result)

    assert reports.counters.recount(LAN).differences == ()
    assert [drift.dims for drift in reports.counters.mend_counters(LAN)] == ["colour=blue", "colour=red"] * 2
    assert runner.context.storage.maintenance.check() == []


def test_columns_are_filled_during_writes(runner: UseCaseRunner, url: str) -> None:
    """After a reindex a kind's old records are found by a new column, despite writes in between."""
    notes = Notes(runner)
    written = [notes.write(LAN, "ninh-hoa", "x" * number) for number in range(30)]
    runner.context.storage.prepare([GROWN.spec])
    # The notes service doesn't know the new column.
    for number, _ in enumerate(reindex(runner, LAN, [GROWN], batch=3)):
        notes.paint(LAN, written[number].id, "green")  # This note is already reindexed.
        # This note is either not reindexed yet, or already reindexed.
        notes.paint(LAN, written[max(number, 29 - number)].id, "blue")
    late = {*range(10), *range(20, 23)}
    assert [progress.rewritten for progress in reindex(runner, LAN, [GROWN])] == [len(late)]

    records = list(runner.context.storage.maintenance.scan("note"))
    assert [record.columns["length"] for record in records] == list(range(30))
    assert all(runner.context.open_record(GROWN, record).id == record.id for record in records)
    assert [record.columns["colour"] for record in records] == ["green"] * 10 + ["red"] * 10 + ["blue"] * 10


def test_pending_upgrade_is_listed(storage: Storage, url: str) -> None:
    """Pending new columns, indexes and kinds are listed with the number of rows to read; without any, nothing is
    listed.
    """
    assert isinstance(storage, TellsUpgrade)
    kinds = [NOTE.spec, DECISION.spec]
    colour = {"colour": "red"}
    notes = [Record(kind="note", id=f"n{n}", unit="u", version=1, schema=1, body=b"", columns=colour) for n in range(3)]
    storage.commit([ChangeSet(records=tuple(notes))])
    pending = storage.pending(kinds)
    assert (pending.found, pending.newest, pending.steps) == (REVISIONS[-1], REVISIONS[-1], ())
    assert pending.size > 10_000

    grown = storage.pending([GROWN.spec, DECISION.spec, IndexSpec(kind="new", columns={})])
    assert grown.steps == (
        UpgradeStep(name="note", what="New in its tables: 1 columns, 2 indexes.", reads={"r_note": 3}),
        UpgradeStep(name="new", what="The kind is new."),
    )
    assert storage.pending(kinds).steps == ()
    storage.prepare([GROWN.spec])
    assert storage.pending([GROWN.spec]).steps == ()
    execute_directly(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerDatabase, match="9999"):
        storage.pending(kinds)


def test_pending_upgrade_creates_nothing(url: str, tmp_path: Path) -> None:
    """A storage that was never prepared reports nothing pending, and no file or table is created."""
    storage = SqliteStorage(url) if url.startswith("sqlite") else PostgresStorage(url)
    pending = storage.pending([NOTE.spec])
    assert (pending.found, pending.steps, pending.size) == ("", (), 0)
    assert storage.pending([NOTE.spec]) == pending
    assert list(tmp_path.iterdir()) == []
    storage.close()
