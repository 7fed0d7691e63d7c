"""Claiming and settling outbox rows on PostgreSQL, in batches of 100.

Ours: as on SQLite.
Floor: a table with the same columns, rows and number of indexes; `UPDATE … RETURNING` over `FOR UPDATE SKIP LOCKED`,
then one `UPDATE … FROM unnest`, one commit each, by bare psycopg. It handles no expired leases, and releases no next
row.
"""

from collections.abc import Sequence
from functools import partial
from time import perf_counter

import psycopg

from anninh_core.ports.storages.changes import NewOutbox
from benchmarks.lines.outbox import BATCH, BATCHES, FLOOD, GOAL, fill_outbox, get_initial_state, measure_turn
from benchmarks.measure import Effort, Result, build_comparison, measure_pairs
from benchmarks.postgres import run_server
from benchmarks.town import INSTANCE, open_town

TITLE = "claim and settle of outbox rows on PostgreSQL, against a bare SKIP LOCKED loop"

_TABLE = """
    CREATE TABLE outbox (
        id TEXT PRIMARY KEY, messenger TEXT NOT NULL, conversation TEXT NOT NULL, lane TEXT NOT NULL,
        due_at BIGINT NOT NULL, cause TEXT NOT NULL, purpose TEXT NOT NULL, scope TEXT NOT NULL, body BYTEA NOT NULL,
        after_id TEXT NOT NULL, state TEXT NOT NULL, attempts BIGINT NOT NULL, token BIGINT NOT NULL,
        created_seq BIGINT NOT NULL, settled_at BIGINT, platform_id TEXT NOT NULL, proof TEXT NOT NULL,
        error TEXT NOT NULL, rank SMALLINT NOT NULL, until BIGINT NOT NULL, open SMALLINT NOT NULL
    );
    CREATE UNIQUE INDEX o_order ON outbox (created_seq);
    CREATE INDEX o_open ON outbox (messenger, conversation, lane, created_seq) WHERE open = 1;
    CREATE INDEX o_after ON outbox (after_id) WHERE after_id <> '';
    CREATE INDEX o_platform ON outbox (messenger, platform_id) WHERE platform_id <> '';
    CREATE INDEX o_state ON outbox (state, rank, due_at, created_seq);
    CREATE INDEX o_cause ON outbox (cause, id);
"""
_INSERT = (
    "INSERT INTO outbox VALUES"
    " (%s, %s, %s, 'reply', %s, %s, 'tip.receipt', %s, %s, '', %s, 0, 0, %s, NULL, '', '', '', 1, 0, 1)"
)
_CLAIM = """
    UPDATE outbox SET state = 'claimed', token = token + 1, until = %s
    WHERE id IN (
        SELECT id FROM outbox WHERE state = 'ready' AND due_at <= %s AND messenger = %s
        ORDER BY rank, due_at, created_seq LIMIT %s FOR UPDATE SKIP LOCKED
    )
    RETURNING *
"""
_SETTLE = """
    UPDATE outbox SET state = 'delivered', open = 0, settled_at = %s, platform_id = v.id, proof = 'accepted'
    FROM unnest(%s::text[]) AS v (id) WHERE outbox.id = v.id
"""


def measure(effort: Effort) -> Sequence[Result]:
    """Measure claims and settlements with and without rows of a flooder at the head of the queue."""
    with run_server() as server:
        return [
            _measure_case(effort.within(str(flood)), server.create_database(), server.create_database(), case, flood)
            for case, flood in (("alone", 0), (f"{FLOOD:,} of a flooder in front", FLOOD))
        ]


def _measure_case(effort: Effort, ours: str, floor: str, case: str, flood: int) -> Result:
    rounds = effort.choose(11, 31)
    with open_town(effort.folder, storage=ours) as app, psycopg.connect(floor) as connection:
        rows = fill_outbox(app, flood, BATCH * BATCHES * (rounds + 1))
        bare = BareOutbox(connection, rows, flood)
        bare.turn()
        measure_turn(app)
        pairs = measure_pairs(partial(measure_turn, app), bare.turn, rounds)
    return build_comparison(case, "rows/s", pairs, goal=GOAL)


class BareOutbox:
    """The same claims and settlements with bare psycopg."""

    def __init__(self, connection: psycopg.Connection, rows: Sequence[NewOutbox], flood: int) -> None:
        self._connection = connection
        self._now = int(rows[0].due_at.timestamp() * 1e6)
        connection.execute(_TABLE)
        values = [
            (
                row.id,
                row.messenger,
                row.conversation,
                self._now,
                row.cause,
                row.scope,
                row.body,
                get_initial_state(n, flood),
                n,
            )
            for n, row in enumerate(rows)
        ]
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT, values)
        connection.commit()
        connection.execute("ANALYZE outbox")
        connection.commit()

    def turn(self) -> float:
        """Claim and settle some batches of outbox rows; return the number of rows a second."""
        now = self._now
        until = self._now + 120_000_000
        begun = perf_counter()
        for _ in range(BATCHES):
            rows = self._connection.execute(_CLAIM, (until, now, INSTANCE, BATCH)).fetchall()
            self._connection.commit()
            self._connection.execute(_SETTLE, (now, [row[0] for row in rows]))
            self._connection.commit()
        return BATCHES * BATCH / (perf_counter() - begun)
