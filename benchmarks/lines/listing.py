"""Pages of the list of tips, by every filter that `Tips.list` offers.

Ours: `Tips.list` as an officer: grants read, page found, 50 bodies decrypted, a journal entry durably written.
Floor: a table with the filtered columns and a composite index for each filter and order measured here; the keyset query
by bare `sqlite3`, the data keys unwrapped, the bodies decrypted and decoded, and one row committed.
The floor checks no grants. Its bodies are encrypted as ours, the same JSON under AES-256-GCM, a key each: bound to
their rows, with the keys in a separate table (see `benchmarks.bodies`). A further row shows the first case against
bodies that are bound to nothing and have their keys in the same row, which the architecture forbids.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from attrs import evolve, field, frozen

from anninh_core import Actor, App
from anninh_core.domain.tips.kind import tip_columns
from anninh_core.domain.tips.model import Tip
from anninh_core.testing.local_users import UnsafeLocalUsers
from benchmarks.bodies import BareTips
from benchmarks.measure import (
    CannotRun,
    Effort,
    Goal,
    Result,
    build_comparison,
    build_milliseconds_round,
    measure_pairs,
)
from benchmarks.province import iter_tips, list_communes, load_province, split_into_batches, store_tips
from benchmarks.town import open_town

TITLE = "a page of 50 tips, every filter, against the same keyset query and as many sealed bodies"
PAGE = 50
GOAL = Goal(most=2)
DEEP = Goal(most=3)

_TABLES = """
    CREATE TABLE hand (officer TEXT, received TEXT, id TEXT, PRIMARY KEY (officer, received, id)) WITHOUT ROWID;
    CREATE TABLE excluded (id TEXT, officer TEXT, PRIMARY KEY (id, officer)) WITHOUT ROWID;
"""
_INDEXES = (
    *("received, id", "unit, received, id", "state, received, id", "category, received, id"),
    *("unit, state, received, id", "unit, state, category, received, id", "state, category, received, id"),
)
_IS_OPEN = "type IN ('open', 'waiting')"
_OPEN = ("due, id", "unit, due, id")
"""Columns of the indexes that contain open tips only."""


@frozen
class Case:
    """A filter, as arguments of `Tips.list` and as SQL of the floor."""

    name: str
    ours: dict[str, Any]
    floor: str
    values: tuple[object, ...] = ()
    order: str = "received DESC, t.id DESC"
    small: bool = field(default=False)
    goal: Goal | None = field(default=GOAL)


def build_cases(large: str, small: str, officer: str) -> tuple[Case, ...]:
    """Return a case for every filter alone, and for the combinations that officers use."""
    due = "due, t.id"
    return (
        Case("all", {}, "1"),
        Case("unit", {"unit": large}, "unit = ?", (large,)),
        Case("state", {"state": "received"}, "state = ?", ("received",)),
        Case("category", {"category": "fire"}, "category = ?", ("fire",)),
        Case("due", {"order": "due"}, _IS_OPEN, order=due),
        Case("mine", {"mine": True}, "officer = ?", (officer,), order="h.received DESC, h.id DESC"),
        Case("unit, state", {"unit": large, "state": "received"}, "unit = ? AND state = ?", (large, "received")),
        Case(
            "unit, state, category",
            {"unit": large, "state": "received", "category": "fire"},
            "unit = ? AND state = ? AND category = ?",
            (large, "received", "fire"),
        ),
        Case(
            "state, category",
            {"state": "waiting_for_reporter", "category": "fire"},
            "state = ? AND category = ?",
            ("waiting_for_reporter", "fire"),
        ),
        Case("unit, due", {"unit": large, "order": "due"}, f"unit = ? AND {_IS_OPEN}", (large,), due),
        Case("smallest unit's officer", {}, "unit = ?", (small,), small=True),
        Case("same, state", {"state": "closed"}, "unit = ? AND state = ?", (small, "closed"), small=True),
        Case("same, due", {"order": "due"}, f"unit = ? AND {_IS_OPEN}", (small,), due, small=True),
    )


def measure(effort: Effort) -> Sequence[Result]:
    """Measure first pages, and pages at the end of the list."""
    count, rounds = effort.choose((30_000, 11), (1_000_000, 41))
    with open_town(effort.folder, district=load_province()) as app:
        units = list_communes(app.district)
        users = UnsafeLocalUsers(app)
        officer = users.appoint("Officer", app.district.root, "tip_officer")
        local = users.appoint("Local", units[-1], "tip_officer")
        bare, loose = (BareListing(effort, bound=bound) for bound in (True, False))
        for portion in split_into_batches(iter_tips(app, count, officer.id, officer.id)):
            store_tips(app, portion)
            bare.store(portion)
            loose.store(portion)
        bare.create_indexes()
        loose.create_indexes()
        all_cases = build_cases(units[0], units[-1], officer.id)
        results = [_compare(app, bare, local if case.small else officer, case, rounds) for case in all_cases]
        unbound = evolve(all_cases[0], name=f"{all_cases[0].name}, against bodies bound to nothing", goal=None)
        results.append(_compare(app, loose, officer, unbound, rounds))
        return [*results, _measure_all_pages(app, officer, f"{count:,} tips in {len(units)} communes")]


def _compare(app: App, bare: "BareListing", actor: Actor, case: Case, rounds: int) -> Result:
    ours = partial(app.tips.list, actor, limit=PAGE, **case.ours)
    floor = partial(bare.read_page, actor.id, case)
    if (our_count := len(ours().items)) != (floor_count := floor()):
        raise CannotRun(f"{case.name}: ours shows {our_count} tips and the floor {floor_count}")
    pairs = measure_pairs(build_milliseconds_round(ours), build_milliseconds_round(floor), rounds)
    return build_comparison(case.name, "ms", pairs, goal=case.goal)


def _measure_all_pages(app: App, actor: Actor, note: str) -> Result:
    """Compare the slowest of all pages with the first page; of each page the best time counts."""
    pages = [
        build_milliseconds_round(partial(app.tips.list, actor, limit=PAGE, after=after))()
        for after in _iter_cursors(app, actor)
    ]
    worst = max(pages)
    name = f"slowest of {len(pages)} pages / first"
    return Result(
        case=name, unit="ms", measured=worst, floor=pages[0], ratios=(worst / pages[0],), goal=DEEP, note=note
    )


def _iter_cursors(app: App, actor: Actor) -> Iterator[str]:
    after = ""
    while True:
        yield after
        after = app.tips.list(actor, limit=1000, after=after).cursor
        if not after:
            return


class BareListing:
    """The same tips as in the app, stored and listed with bare `sqlite3`."""

    def __init__(self, effort: Effort, *, bound: bool) -> None:
        self._tips = BareTips(effort.folder / f"bare-{bound}.db", _TABLES, bound=bound)

    def store(self, several: Sequence[Tip]) -> None:
        """Store tips in the bare database."""
        connection = self._tips.connection
        with self._tips.store_tips_with(several):
            handler_rows = [
                (handler, tip_columns(tip)["received"], tip.id) for tip in several for handler in tip.handlers
            ]
            connection.executemany("INSERT INTO hand VALUES (?,?,?)", handler_rows)
            excluded_rows = [(tip.id, officer) for tip in several for officer in tip.excluded]
            connection.executemany("INSERT INTO excluded VALUES (?,?)", excluded_rows)

    def create_indexes(self) -> None:
        """Create the indexes of the bare database."""
        rules = [*((columns, "") for columns in _INDEXES), *((columns, f" WHERE {_IS_OPEN}") for columns in _OPEN)]
        for number, (columns, rule) in enumerate(rules):
            self._tips.connection.execute(f"CREATE INDEX i{number} ON tip ({columns}){rule}")

    def read_page(self, officer: str, case: Case) -> int:
        """Find and decrypt a page, and write its journal row; return the number of tips on it."""
        tables = "hand h CROSS JOIN tip t USING (id)" if "officer" in case.floor else "tip t"
        rows = self._tips.connection.execute(
            f"SELECT {self._tips.selected} FROM {tables} {self._tips.keys} WHERE {case.floor}"
            " AND NOT EXISTS (SELECT 1 FROM excluded x WHERE x.id = t.id AND x.officer = ?)"
            f" ORDER BY {case.order} LIMIT ?",
            (*case.values, officer, PAGE + 1),
        ).fetchall()
        return len(self._tips.open(rows[:PAGE]))
