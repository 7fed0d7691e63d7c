"""Rebuilding the counters of a province: months, years and sets from the days, and the days from the records.

Ours: `anninh storage recount` on correct counters, and with `--deep`: every record is read and decrypted, its facts are
compared with the counters, and the run is recorded in the journal.
Floor of the first: one GROUP BY, by bare `sqlite3`, over the same days in a table ordered by group. It compares nothing
and has no years and no sets of units. Our table is ordered for reading figures.
Floor of `--deep`: as many encrypted bodies read by bare `sqlite3`, their data keys unwrapped, the bodies decrypted and
decoded; the same JSON under AES-256-GCM, a key each. It counts nothing.
"""

from collections.abc import Sequence

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anninh_core import Actor, App
from anninh_core.domain.tips.model import Tip
from anninh_core.ports.storages.changes import ChangeSet, Counter
from anninh_core.testing.local_users import UnsafeLocalUsers
from benchmarks.bare import connect, transaction
from benchmarks.lines.report import build_counters, build_entry
from benchmarks.measure import CannotRun, Effort, Goal, Result, build_comparison, measure_pairs, measure_seconds
from benchmarks.province import iter_tips, load_province, split_into_batches, store_tips
from benchmarks.town import commit_change_sets, open_town

TITLE = "rebuilding the counters, against one GROUP BY, and against opening the bodies"
GOAL = Goal(most=1.5)
DEEP = Goal(most=2)
ROUNDS = 5

_DAYS = """
    CREATE TABLE days (indicator TEXT, unit TEXT, month INTEGER, dims TEXT, day INTEGER, amount INTEGER NOT NULL,
        PRIMARY KEY (indicator, unit, month, dims, day)) WITHOUT ROWID
"""
_GROUPS = "SELECT indicator, unit, month, dims, sum(amount) FROM days GROUP BY indicator, unit, month, dims"
_NONCE = bytes(12)


def measure(effort: Effort) -> Sequence[Result]:
    """Measure a store with counters only, and one with its tips."""
    return [
        _measure_from_days(effort.within("days"), effort.choose(20_000, 5_000_000)),
        _measure_from_records(effort.within("records"), effort.choose(5_000, 200_000)),
    ]


def _measure_from_days(effort: Effort, number: int) -> Result:
    bare = connect(effort.folder / "bare.db")
    bare.execute(_DAYS)
    with open_town(effort.folder, district=load_province()) as app:
        for counters in build_counters(app, number):
            commit_change_sets(app, [ChangeSet(entry=build_entry(app), counters=tuple(counters))])
            with transaction(bare):
                bare.executemany("INSERT INTO days VALUES (?, ?, ?, ?, ?, ?)", map(_build_day_row, counters))
        boss = _appoint_boss(app)
        pairs = measure_pairs(
            lambda: measure_seconds(lambda: _require_right_counters(not app.reports.mend_counters(boss))),
            lambda: measure_seconds(lambda: bare.execute(_GROUPS).fetchall()),
            ROUNDS,
        )
    bare.close()
    return build_comparison(f"months and years, {number / 1e6:g} million tips", "s", pairs, goal=GOAL)


def _measure_from_records(effort: Effort, number: int) -> Result:
    bare = BareBodies(effort)
    with open_town(effort.folder, district=load_province()) as app:
        for portion in split_into_batches(iter_tips(app, number, "nobody", "nobody")):
            store_tips(app, portion)
            bare.store(portion)
        boss = _appoint_boss(app)
        pairs = measure_pairs(
            lambda: measure_seconds(lambda: _require_right_counters(not app.reports.recount(boss).differences)),
            lambda: measure_seconds(lambda: _require_right_counters(bare.open() == number)),
            ROUNDS,
        )
    return build_comparison(f"days from the records, {number:,} tips", "s", pairs, goal=DEEP)


class BareBodies:
    """The same tips as in the app, encrypted without the library."""

    def __init__(self, effort: Effort) -> None:
        self._connection = connect(effort.folder / "bare.db")
        self._connection.execute("CREATE TABLE tip (id TEXT PRIMARY KEY, wrapped BLOB, body BLOB)")
        self._epoch = AESGCM(AESGCM.generate_key(bit_length=256))

    def store(self, several: Sequence[Tip]) -> None:
        """Store tips in the bare database."""
        with transaction(self._connection):
            self._connection.executemany("INSERT INTO tip VALUES (?, ?, ?)", map(self._build_row, several))

    def _build_row(self, tip: Tip) -> tuple[str, bytes, bytes]:
        key = AESGCM.generate_key(bit_length=256)
        body = AESGCM(key).encrypt(_NONCE, msgspec.json.encode(tip), None)
        return tip.id, self._epoch.encrypt(_NONCE, key, None), body

    def open(self) -> int:
        """Decrypt every tip in the bare database; return their number."""
        number = 0
        for wrapped, body in self._connection.execute("SELECT wrapped, body FROM tip ORDER BY id"):
            key = AESGCM(self._epoch.decrypt(_NONCE, wrapped, None))
            msgspec.json.decode(key.decrypt(_NONCE, body, None), type=Tip)
            number += 1
        return number


def _build_day_row(counter: Counter) -> tuple[str, str, int, str, int, int]:
    month = counter.day.year * 12 + counter.day.month - 1
    return counter.indicator, counter.unit, month, counter.dims, counter.day.toordinal(), counter.amount


def _appoint_boss(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Boss", app.district.root, "operator", "report_chief")


def _require_right_counters(right: bool) -> None:
    if not right:
        raise CannotRun("the counters aren't those of the records, or a tip is missing")
