"""Inbound events processed to stored tips.

Ours: `Inbound.run` claims a batch of encrypted events, decrypts, parses and routes them, and stores for each event a
message, conversation, tip, counters, search terms, data keys, receipt in the outbox, journal entry, and the settled
event. Sending and reactions are not part of it.
Floor: the same rows that the library wrote, of all tables and with all indexes, inserted by `sqlite3.executemany` into
a copy of the file, in one commit per batch. It does no reading, encryption, hashing or checking, and overwrites changed
sums.
"""

from collections.abc import Sequence

from anninh_core import App
from anninh_core.app.bootstrap.messaging import build_inbox_processor
from benchmarks.bare import DatabaseCopy
from benchmarks.measure import CannotRun, Effort, Goal, Result, build_comparison, measure_pairs, measure_rate
from benchmarks.town import get_database_path, iter_events, open_town, store_events

TITLE = "inbound events processed to stored tips, against the same rows inserted by bare sqlite3"
BATCH = 100
GOAL = Goal(least=0.35)


def measure(effort: Effort) -> Sequence[Result]:
    """Measure one worker that processes events on one file."""
    before = effort.choose(2_000, 50_000)
    rounds = effort.choose(21, 41)
    with open_town(effort.folder) as app:
        inbound = build_inbox_processor(
            app.internals.runner, app.internals.services, app.internals.plugins, app.internals.messengers
        )
        bodies = iter_events()
        store_events(app, (next(bodies) for _ in range(before)))
        while inbound.run(BATCH):
            pass
        store_events(app, (next(bodies) for _ in range(BATCH * (rounds + 1))))
        inbound.run(BATCH)
        twin = DatabaseCopy(get_database_path(effort.folder), effort.folder / "twin.db")
        pairs = measure_pairs(lambda: measure_rate(lambda: inbound.run(BATCH)), lambda: measure_copy(twin), rounds)
        require_all_processed(app, before + BATCH * (len(pairs.ours) + 1))
        twin.close()
    note = f"batches of {BATCH}, one worker, every event from a new resident, {before:,} tips stored before"
    return [build_comparison("events to stored tips", "tips/s", pairs, goal=GOAL, note=note)]


def measure_copy(twin: DatabaseCopy) -> float:
    """Write the newest rows into the bare copy, and return the number of tips a second."""
    (rows,) = twin.split_new_rows()

    def write_rows() -> int:
        twin.write(rows)
        return BATCH

    return measure_rate(write_rows)


def require_all_processed(app: App, expected: int) -> None:
    """Check that every event became a tip; otherwise the figure means nothing.

    Raises:
        CannotRun: some events were not processed.
    """
    done = app.internals.context.storage.queues.depth().get("inbox.done", 0)
    if done != expected:
        raise CannotRun(f"{done} of {expected} events were processed")
