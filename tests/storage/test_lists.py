"""Lists are read along an index, whatever they are filtered by: no page of a large table is found by sorting it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

import pytest
from attrs import evolve

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.changes import IndexSpec, Scalar
from anninh_core.ports.finding import write_cursor
from anninh_core.ports.storage import Find
from anninh_core.rooms.tips.specs import TIP_SPEC
from anninh_core.testing.kits.storage_base import TIP, change, commit, find_all, tip
from anninh_storage import PostgresStorage, SqliteStorage
from anninh_storage.postgres.database import PostgresDatabase
from anninh_storage.sql.kinds import Kind
from anninh_storage.sql.listing import listing
from anninh_storage.sqlite.database import SqliteDatabase

UNITS: Sequence[Sequence[str] | None] = (None, ["a"], ["a", "b", "c"], [f"u{number}" for number in range(100)])


def offered() -> Iterator[Find]:
    """Yield what `Tips.list` may ask for: every filter with every other, in both orders, first pages and later ones."""
    for units, state, category, mine, order, later in product(UNITS, *[(False, True)] * 3, ("newest", "due"), (0, 1)):
        where: dict[str, Scalar | tuple[Scalar, ...]] = {"type": ("open", "waiting")} if order == "due" else {}
        where |= {"state": "received"} if state else {}
        where |= {"category": "fire"} if category else {}
        where |= {"handler": "lan"} if mine else {}
        after = write_cursor(order, ["2021-09-01T07"], "x") if later else ""
        yield Find(
            kind="tip", order=order, units=units, where=where, excluding={"excluded": "lan"}, after=after, limit=50
        )


def test_sqlite_sorts_no_list_of_tips(tmp_path: Path) -> None:
    """Each list of tips that officers may ask for is answered in the order of an index, merged from several at most."""
    storage = SqliteStorage(f"sqlite:///{tmp_path / 'lists.db'}")
    storage.prepare([TIP_SPEC])
    storage.close()
    database = SqliteDatabase(tmp_path / "lists.db")
    database.open()
    for query in offered():
        for statement, values in listing(Kind(TIP_SPEC, database), query):
            with database.reading() as connection:
                rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", [*values, 51]).fetchall()
            plan = "\n".join(row[3] for row in rows)
            assert "TEMP B-TREE" not in plan, (query, plan)
            assert not re.search(r"SCAN \w+$", plan, re.MULTILINE), (query, plan)
    database.close()


def test_postgres_sorts_no_list_of_tips(postgres_url: str) -> None:
    """The same on PostgreSQL, for whatever its planner can do by an index."""
    storage = PostgresStorage(postgres_url)
    storage.prepare([TIP_SPEC])
    storage.close()
    database = PostgresDatabase(postgres_url)
    database.open()
    with database.reading() as connection:
        for method in ("seqscan", "bitmapscan", "sort", "incremental_sort", "hashjoin", "mergejoin"):
            connection.execute(f"SET enable_{method} = off")
        for query in offered():
            for statement, values in listing(Kind(TIP_SPEC, database), query):
                rows = connection.execute(f"EXPLAIN {statement}", [*values, 51]).fetchall()
                plan = "\n".join(row[0] for row in rows)
                print(statement); print(plan); assert "Sort  (" not in plan, (query, plan)
                assert "Seq Scan on r_tip" not in plan, (query, plan)
    database.close()


DECLARED = evolve(
    TIP, filters={"newest": (("unit", "state"), ("assignees",)), "due": (("state",), ("assignees",))}
)
"""The kit's tips with lists by state and by assignee."""


@pytest.mark.parametrize("filters", [{"rank": (("state",),)}, {"newest": (("colour",),)}, {"newest": ((),)}])
def test_filters_name_orders_and_columns(tmp_path: Path, filters: Mapping[str, tuple[tuple[str, ...], ...]]) -> None:
    """Declared filters of an order or a column that the kind doesn't have are refused."""
    with pytest.raises(BadInput, match="kit_tip"):
        SqliteStorage(f"sqlite:///{tmp_path / 'lists.db'}").prepare([evolve(TIP, filters=filters)])
