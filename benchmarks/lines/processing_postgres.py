"""Inbound events processed to stored tips by four workers on one PostgreSQL.

Ours: four processes, each an `Inbound.run` loop over batches, from the start signal until the inbox is empty.
Floor: the same rows that the library left in all tables (of the inbox too), inserted by bare psycopg in pipeline mode
into a database with the same tables and indexes, one commit per batch, over one connection. Sums are written in each
batch. It does no reading, encryption, hashing or checking.
"""

import logging
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg
from attrs import frozen
from psycopg import sql

from anninh_core.app.bootstrap.messaging import build_inbox_processor
from benchmarks.lines.processing import BATCH, GOAL, require_all_processed
from benchmarks.measure import Effort, Result, build_comparison, measure_pairs
from benchmarks.postgres import run_server
from benchmarks.processes import Program
from benchmarks.town import iter_events, open_town, store_events

TITLE = "inbound events processed on PostgreSQL by 4 workers, against the same rows by a bare pipeline"
WORKERS = 4
MADE_BEFORE = ("alembic_version", "kinds")
"""Tables that are filled when a database is created."""

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position
"""
_KEY = """
    SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = %s::regclass AND i.indisprimary
"""


def measure(effort: Effort) -> Sequence[Result]:
    """Measure several rounds of processing, each in new databases."""
    count = effort.choose(1_000, 20_000)
    rounds = effort.choose(3, 7)
    with run_server() as server:
        urls: list[str] = []

        def run_ours() -> float:
            urls.append(server.create_database())
            return measure_processing(effort.folder, urls[-1], count)

        def run_floor() -> float:
            copy = server.create_database()
            with open_town(effort.folder, storage=copy):
                pass  # Opening the app creates the tables.
            return measure_copy(urls[-1], copy, count)

        pairs = measure_pairs(run_ours, run_floor, rounds)
    note = f"{count:,} events, batches of {BATCH}, every event from a new resident; server and workers share the cores"
    return [build_comparison("events to stored tips, 4 workers", "tips/s", pairs, goal=GOAL, note=note)]


def measure_processing(folder: Path, url: str, count: int) -> float:
    """Let the workers process events; return the number of events a second."""
    with open_town(folder, storage=url) as app, ExitStack() as stack:
        store_events(app, islice(iter_events(), count))
        workers = [stack.enter_context(Program(__name__, folder, url)) for _ in range(WORKERS)]
        for worker in workers:
            worker.read_line()
        begun = perf_counter()
        for worker in workers:
            worker.write_line("begin")
        for worker in workers:
            worker.read_line()
        took = perf_counter() - begun
        require_all_processed(app, count)
    return count / took


@frozen
class TableRows:
    """The insert statement of a table, and the table's rows."""

    insert: sql.Composed
    rows: Sequence[Sequence[Any]]

    def select_rows_of_step(self, step: int, steps: int) -> Sequence[Sequence[Any]]:
        """Return the table's rows for one of `steps` commits: its share, or all rows if every commit changed them."""
        if len(self.rows) < steps:
            return self.rows
        return self.rows[step * len(self.rows) // steps : (step + 1) * len(self.rows) // steps]


def measure_copy(url: str, copy: str, count: int) -> float:
    """Write the rows of a database into another one; return the number of tips a second."""
    steps = count // BATCH
    with psycopg.connect(url) as source, psycopg.connect(copy) as connection:
        tables = [row[0] for row in source.execute(_TABLES) if row[0] not in MADE_BEFORE]
        contents = [_read_table(source, table, steps) for table in tables]
        connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, tables))))
        connection.commit()
        begun = perf_counter()
        with connection.pipeline(), connection.cursor() as cursor:
            for step in range(steps):
                for content in contents:
                    if rows := content.select_rows_of_step(step, steps):
                        cursor.executemany(content.insert, rows)
                connection.commit()
        return count / (perf_counter() - begun)


def _read_table(source: psycopg.Connection, table: str, steps: int) -> TableRows:
    columns = [row[0] for row in source.execute(_COLUMNS, (table,))]
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    rows = source.execute(sql.SQL("SELECT {} FROM {}").format(names, sql.Identifier(table))).fetchall()
    marks = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
    insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, marks)
    if len(rows) < steps:
        key = [row[0] for row in source.execute(_KEY, (table,))]
        insert += _build_overwrite_clause(key, columns)
    return TableRows(insert, rows)


def _build_overwrite_clause(key: Sequence[str], columns: Sequence[str]) -> sql.Composed:
    changes = [sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in columns]
    target = sql.SQL(", ").join(map(sql.Identifier, key))
    return sql.SQL(" ON CONFLICT ({}) DO UPDATE SET {}").format(target, sql.SQL(", ").join(changes))


def main(folder: str, url: str) -> None:
    """Run one of the workers in this process."""
    logging.disable(logging.WARNING)
    with open_town(Path(folder), storage=url) as app:
        inbound = build_inbox_processor(
            app.internals.runner, app.internals.services, app.internals.plugins, app.internals.messengers
        )
        print("ready", flush=True)
        sys.stdin.readline()
        while inbound.run(BATCH):
            pass
        print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
