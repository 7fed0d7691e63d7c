"""Receiving a single tip in a durable commit.

Ours: `Tips.receive` for a known resident, one commit each: tip, counters, search terms, data keys, receipt in the
outbox, journal entry.
Floor: the same rows that the library wrote, with all indexes, inserted by bare `sqlite3` into a copy of the file, one
commit per tip. It does no reading, encryption, hashing or checking.
"""

from collections.abc import Sequence
from functools import partial

from anninh_core import App, system
from anninh_core.testing.steps import run_step
from anninh_core.vocabulary.messages import Address, Place
from benchmarks.bare import DatabaseCopy
from benchmarks.measure import Effort, Goal, Result, build_comparison, measure_pairs, measure_rate
from benchmarks.town import INSTANCE, get_database_path, list_tip_texts, open_town

TITLE = "one durable tip alone, against the same rows inserted by bare sqlite3, one commit a tip"
TIPS = 50
"""Number of tips in a round."""
GOAL = Goal(least=0.6)


def measure(effort: Effort) -> Sequence[Result]:
    """Measure one caller who receives tips on one file."""
    before = effort.choose(20, 200)
    rounds = effort.choose(21, 41)
    with open_town(effort.folder) as app:
        district = app.district
        unit = next(id for id, unit in district.units.items() if district.levels[unit.level].counts)
        resident = app.internals.services.conversations.place(
            system("router"), Address(INSTANCE, Place.PERSON, "resident"), unit
        )
        ours = partial(receive_tips, app, list_tip_texts()[0], unit, resident.id)
        for _ in range(before):
            ours()
        twin = DatabaseCopy(get_database_path(effort.folder), effort.folder / "twin.db")
        pairs = measure_pairs(lambda: measure_rate(ours), lambda: measure_copy(twin), rounds)
        twin.close()
    note = f"{before * TIPS:,} tips stored before"
    return [build_comparison("one tip a commit", "tips/s", pairs, goal=GOAL, note=note)]


def receive_tips(app: App, text: str, unit: str, conversation: str) -> int:
    """Receive tips one after the other, and return their number."""
    for _ in range(TIPS):
        run_step(
            app.internals.services.tips.intake.receive,
            system("router"),
            text,
            unit=unit,
            origin="one_to_one",
            conversation=conversation,
        )
    return TIPS


def measure_copy(twin: DatabaseCopy) -> float:
    """Write the newest rows into the bare copy, and return the number of tips a second."""
    steps = twin.split_new_rows(TIPS)

    def write_rows() -> int:
        for rows in steps:
            twin.write(rows)
        return TIPS

    return measure_rate(write_rows)
