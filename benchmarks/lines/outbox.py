"""Claiming and settling outbox rows, in batches of 100.

Ours: `claim_outbox`, then one `commit` of as many settlements; each releases the next row of its conversation.
Floor: a table with the same columns, rows and number of indexes; `UPDATE … RETURNING`, then one `executemany` of
updates by id, one commit each. It handles no expired leases, and releases no next row.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from itertools import islice
from time import perf_counter

from anninh_core import App
from anninh_core.ports.storages.changes import ChangeSet, NewOutbox, OutboxSettled
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.vocabulary.delivery import Lane
from benchmarks.bare import connect, transaction
from benchmarks.measure import CannotRun, Effort, Goal, Result, build_comparison, measure_pairs
from benchmarks.town import COMMIT, INSTANCE, commit_change_sets, open_town

TITLE = "claim and settle of outbox rows, against a bare UPDATE … RETURNING loop"
BATCH = 100
BATCHES = 5
"""Number of batches in a round."""
FLOOD = 20_000
LEASE = timedelta(minutes=2)
GOAL = Goal(least=0.6)
BODY = bytes(range(230))

_TABLE = """
    CREATE TABLE outbox (
        id TEXT PRIMARY KEY NOT NULL, messenger TEXT NOT NULL, conversation TEXT NOT NULL, lane TEXT NOT NULL,
        due_at INTEGER NOT NULL, cause TEXT NOT NULL, purpose TEXT NOT NULL, scope TEXT NOT NULL, body BLOB NOT NULL,
        after_id TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, token INTEGER NOT NULL,
        created_seq INTEGER NOT NULL, settled_at INTEGER, platform_id TEXT NOT NULL, proof TEXT NOT NULL,
        error TEXT NOT NULL, rank INTEGER NOT NULL, until INTEGER NOT NULL, open INTEGER NOT NULL
    );
    CREATE UNIQUE INDEX o_order ON outbox (created_seq);
    CREATE INDEX o_open ON outbox (messenger, conversation, lane, created_seq) WHERE open = 1;
    CREATE INDEX o_after ON outbox (after_id) WHERE after_id <> '';
    CREATE INDEX o_platform ON outbox (messenger, platform_id) WHERE platform_id <> '';
    CREATE INDEX o_state ON outbox (state, rank, due_at, created_seq);
    CREATE INDEX o_cause ON outbox (cause, id);
"""
_INSERT = "INSERT INTO outbox VALUES (?,?,?,'reply',?,?,'tip.receipt',?,?,'',?,0,0,?,NULL,'','','',1,0,1)"
_CLAIM = """
    UPDATE outbox SET state = 'claimed', token = token + 1, until = ?
    WHERE id IN (
        SELECT id FROM outbox WHERE state = 'ready' AND due_at <= ? AND messenger IN (?)
        ORDER BY rank, due_at, created_seq LIMIT ?
    )
    RETURNING *
"""
_SETTLE = "UPDATE outbox SET state = 'delivered', open = 0, settled_at = ?, platform_id = ?, proof = ? WHERE id = ?"


def measure(effort: Effort) -> Sequence[Result]:
    """Measure claims and settlements with and without rows of a flooder at the head of the queue."""
    results = []
    for case, flood in (("alone", 0), (f"{FLOOD:,} of a flooder in front", FLOOD)):
        results.append(_measure_case(effort.within(str(flood)), case, flood))
    return results


def _measure_case(effort: Effort, case: str, flood: int) -> Result:
    rounds = effort.choose(15, 41)
    with open_town(effort.folder) as app:
        rows = fill_outbox(app, flood, BATCH * BATCHES * (rounds + 1))
        bare = BareOutbox(effort, rows, flood)
        bare.turn()
        ours = partial(measure_turn, app)
        ours()
        pairs = measure_pairs(ours, bare.turn, rounds)
    note = f"batches of {BATCH}; a conversation for each row that isn't the flooder's"
    return build_comparison(case, "rows/s", pairs, goal=GOAL, note=note)


def fill_outbox(app: App, flood: int, others: int) -> list[NewOutbox]:
    """Put outbox rows into the app, first those of the flooder and then one for each other conversation; return
    them.
    """
    runner = app.internals.runner
    now = app.internals.context.clock.now()
    rows = [
        NewOutbox(
            id=runner.context.ids.new(),
            messenger=INSTANCE,
            conversation=f"{INSTANCE}.{'flooder' if number < flood else number}",
            lane=Lane.REPLY,
            due_at=now,
            cause=f"tip:{number}",
            purpose="tip.receipt",
            scope=f"tip:{number}",
            body=BODY,
        )
        for number in range(flood + others)
    ]
    some = iter(rows)
    while several := list(islice(some, COMMIT)):
        commit_change_sets(app, [ChangeSet(outbox=(row,)) for row in several])
    return rows


def measure_turn(app: App) -> float:
    """Claim and settle some batches of outbox rows; return the number of rows a second."""
    queues = app.internals.context.storage.queues
    now = app.internals.context.clock.now()
    begun = perf_counter()
    for _ in range(BATCHES):
        rows = queues.claim_outbox(now, LEASE, BATCH, (INSTANCE,))
        if len(rows) != BATCH:
            raise CannotRun(f"{len(rows)} rows were claimed instead of {BATCH}")
        settlements = [
            OutboxSettled(
                id=row.id, token=row.token, state=OutboxState.DELIVERED, at=now, platform_id=row.id, proof="accepted"
            )
            for row in rows
        ]
        commit_change_sets(app, [ChangeSet(outbox_settled=settlement) for settlement in settlements])
    return BATCHES * BATCH / (perf_counter() - begun)


class BareOutbox:
    """The same claims and settlements with bare `sqlite3`."""

    def __init__(self, effort: Effort, rows: Sequence[NewOutbox], flood: int) -> None:
        self._connection = connect(effort.folder / "bare.db")
        self._connection.executescript(_TABLE)
        self._now = int(rows[0].due_at.timestamp() * 1e6)
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
        with transaction(self._connection):
            self._connection.executemany(_INSERT, values)

    def turn(self) -> float:
        """Claim and settle some batches of outbox rows; return the number of rows a second."""
        now = self._now
        until = self._now + 120_000_000
        begun = perf_counter()
        for _ in range(BATCHES):
            with transaction(self._connection):
                rows = self._connection.execute(_CLAIM, (until, now, INSTANCE, BATCH)).fetchall()
            with transaction(self._connection):
                self._connection.executemany(_SETTLE, [(now, row[0], "accepted", row[0]) for row in rows])
        return BATCHES * BATCH / (perf_counter() - begun)


def get_initial_state(number: int, flood: int) -> str:
    """Return the initial state of a row: of the flooder's rows only the first is ready."""
    return "waiting" if 0 < number < flood else "ready"
