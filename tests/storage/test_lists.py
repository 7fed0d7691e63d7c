"""Lists are read along an index with any filters: no page of a large table needs a sort."""

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from anninh_core.domain.index_specs import TIP_SPEC
from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.changes import IndexSpec, Scalar
from anninh_core.ports.storages.query import encode_cursor
from anninh_core.ports.storages.storage import Find, Storage
from anninh_core.testing.kits.storage.base import TIP, commit_records, find_all, tip
from anninh_core.testing.memory import MemoryStorage
from anninh_storage import PostgresStorage, SqliteStorage
from anninh_storage.postgres.database import PostgresDatabase
from anninh_storage.sql.records.kind_table import KindTable
from anninh_storage.sql.records.list_statements import build_list_statements
from anninh_storage.sqlite.database import SqliteDatabase

pytestmark = pytest.mark.slow

UNITS: Sequence[Sequence[str] | None] = (None, ["a"], ["a", "b", "c"], [f"u{number}" for number in range(100)])
ORDERS = ("newest", "due")


def list_queries() -> Iterator[Find]:
    """Yield the queries of `Tips.list`: all combinations of filters, in both orders, first and later pages."""
    for (units, order), chosen in product(product(UNITS, ORDERS), product((False, True), repeat=4)):
        state, category, mine, later = chosen
        conditions: dict[str, Scalar | tuple[Scalar, ...]] = {"type": ("open", "waiting")} if order == "due" else {}
        conditions |= {"state": "received"} if state else {}
        conditions |= {"category": "fire"} if category else {}
        conditions |= {"handler": "lan"} if mine else {}
        yield Find(
            kind="tip",
            order=order,
            units=units,
            where=conditions,
            excluding={"excluded": "lan"},
            after=encode_cursor(order, ["2021-09-01T07"], "x") if later else "",
        )


def test_sqlite_sorts_no_list_of_tips(tmp_path: Path) -> None:
    """On SQLite each list of tips is read in the order of one index or merged from several, without a sort or a full
    scan.
    """
    storage = SqliteStorage(f"sqlite:///{tmp_path / 'lists.db'}")
    storage.prepare([TIP_SPEC])
    storage.close()
    database = SqliteDatabase(tmp_path / "lists.db")
    database.open()
    for query in list_queries():
        for statement, values in build_list_statements(KindTable(TIP_SPEC, database), query):
            with database.reader() as connection:
                rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", [*values, 51]).fetchall()
            plan = "\n".join(row[3] for row in rows)
            assert "TEMP B-TREE" not in plan, (query, plan)
            assert not re.search(r"SCAN \w+$", plan, re.MULTILINE), (query, plan)
    database.close()


def test_postgres_sorts_no_list_of_tips(postgres_url: str) -> None:
    """On PostgreSQL each list of tips is read by indexes, without a full sort or a sequential scan."""
    storage = PostgresStorage(postgres_url)
    storage.prepare([TIP_SPEC])
    storage.close()
    database = PostgresDatabase(postgres_url)
    database.open()
    with database.reader() as connection:
        for method in ("seqscan", "bitmapscan", "sort", "incremental_sort", "hashjoin", "mergejoin"):
            connection.execute(f"SET enable_{method} = off")
        for query in list_queries():
            for statement, values in build_list_statements(KindTable(TIP_SPEC, database), query):
                rows = connection.execute(f"EXPLAIN {statement}", [*values, 51]).fetchall()
                plan = "\n".join(row[0] for row in rows)
                # PostgreSQL may sort at most one page for each branch of a union.
                assert plan.count("Sort  (") <= plan.count("->  Append  ("), (query, plan)
                assert "Seq Scan on r_tip" not in plan, (query, plan)
    database.close()


DECLARED = evolve(
    TIP,
    filters={
        "newest": (("state",), ("unit", "state"), ("assignees",)),
        "due": (("state",), ("unit", "state"), ("assignees",)),
    },
)
"""The kit's kind of tips, which declares filters by state, by unit and state, and by assignee."""


def fill_storage(storage: Storage, specs: Sequence[IndexSpec]) -> Storage:
    """Prepare a storage for each of `specs` in turn and add tips after each; then change and reassign some of the
    tips.
    """
    for turn, spec in enumerate(specs):
        storage.prepare([spec])
        for number in range(40)[turn :: len(specs)]:
            commit_records(storage, tip(f"t{number:02}", **tip_fields(number)))
    for number in range(0, 40, 3):
        commit_records(storage, tip(f"t{number:02}", version=2, **tip_fields(number + 1)))
    return storage


def tip_fields(number: int) -> dict[str, Any]:
    return {
        "unit": f"u{number % 4}",
        "state": ("open", "shut", "lost")[number % 3],
        "received": number // 5,
        "due": None if number % 7 == 0 else number % 5,
        "assignees": (("an",), ("an", "binh"), ("binh",), ())[number % 4],
        "excluded": ("an",) if number % 9 == 0 else (),
    }


def iter_questions() -> Iterator[dict[str, Any]]:
    states = (None, "open", ("open", "lost"))
    assignees = (None, "an", ("an", "binh"))
    for order, state, assignee, units in product(
        ("newest", "due"), states, assignees, (None, ["u1"], ["u3", "u1", "u1"])
    ):
        conditions = {name: value for name, value in (("state", state), ("assignees", assignee)) if value}
        yield {"order": order, "where": conditions, "units": units, "excluding": {"excluded": "an"}}


@pytest.mark.parametrize(
    "specs",
    [[DECLARED], [TIP, DECLARED], [DECLARED, TIP], [DECLARED, TIP, DECLARED]],
    ids=["new", "grown", "given up", "taken up again"],
)
def test_declared_filters_find_the_same(specs: Sequence[IndexSpec], tmp_path: Path, postgres_url: str) -> None:
    """Queries find the same records whether a kind declares its filters from the start, later or never."""
    twin = fill_storage(MemoryStorage(), [TIP])
    for storage in (SqliteStorage(f"sqlite:///{tmp_path / 'lists.db'}"), PostgresStorage(postgres_url)):
        fill_storage(storage, specs)
        for question in iter_questions():
            assert find_all(storage, limit=3, **question) == find_all(twin, limit=3, **question), question
        storage.close()


def test_unused_indexes_are_dropped(tmp_path: Path) -> None:
    """Indexes from before a kind declared its filters are gone, and the declared ones exist."""
    storage = fill_storage(SqliteStorage(f"sqlite:///{tmp_path / 'lists.db'}"), [TIP, DECLARED])
    storage.close()
    with sqlite3.connect(tmp_path / "lists.db") as connection:
        statements = {
            sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE name GLOB 'x_kit_tip*'")
        }
    connection.close()
    columns = {sql.partition(" ON ")[2] for sql in statements}
    assert '"r_kit_tip" ("c_open", "c_received" DESC, id DESC)' not in columns
    assert '"r_kit_tip" (unit, "c_state", "c_due", id)' in columns
    assert '"m_kit_tip" (name, value, "c_received" DESC, id DESC)' in columns


@pytest.mark.parametrize("filters", [{"rank": (("state",),)}, {"newest": (("colour",),)}, {"newest": ((),)}])
def test_filters_need_known_orders_and_columns(
    tmp_path: Path, filters: Mapping[str, tuple[tuple[str, ...], ...]]
) -> None:
    """Declared filters with an order or a column that the kind lacks are refused."""
    with pytest.raises(BadInput, match="kit_tip"):
        SqliteStorage(f"sqlite:///{tmp_path / 'lists.db'}").prepare([evolve(TIP, filters=filters)])
