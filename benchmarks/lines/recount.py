"""Rebuilding the counters of a province: months, years and sets from the days, and the days from the records.

Ours: what `anninh storage recount` does with counters that are right, and what `--deep` does: every record is read and
opened, its facts are compared with the counters, and the whole is noted in the journal.

Floor of the first: one GROUP BY, by bare `sqlite3`, over the same days in a table that lies in the order of the groups.
It compares nothing and knows no years and no sets of units. Ours lies in the order that figures are read in.

Floor of `--deep`: as many sealed bodies read by bare `sqlite3`, their data keys unwrapped, the bodies decrypted and
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
from benchmarks.lines.report import by_commune, entry
from benchmarks.measure import CannotRun, Effort, Goal, Result, compared, paired, seconds
from benchmarks.province import in_portions, province, store, tips
from benchmarks.town import keep, open_town

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
    """Measure a store that holds counters only, and one that holds its tips."""
    return [
        _from_days(effort.within("days"), effort.choose(20_000, 5_000_000)),
        _from_records(effort.within("records"), effort.choose(5_000, 200_000)),
    ]


def _from_days(effort: Effort, number: int) -> Result:
    bare = connect(effort.folder / "bare.db")
    bare.execute(_DAYS)
    with open_town(effort.folder, district=province()) as app:
        for counters in by_commune(app, number):
            keep(app, [ChangeSet(entry=entry(app), counters=tuple(counters))])
            with transaction(bare):
                bare.executemany("INSERT INTO days VALUES (?, ?, ?, ?, ?, ?)", map(_day, counters))
        boss = _boss(app)
        pairs = paired(
            lambda: seconds(lambda: _require(not app.reports.mend_counters(boss))),
            lambda: seconds(lambda: bare.execute(_GROUPS).fetchall()),
            ROUNDS,
        )
    bare.close()
    return compared(f"months and years, {number / 1e6:g} million tips", "s", pairs, goal=GOAL)


def _from_records(effort: Effort, number: int) -> Result:
    bare = Bodies(effort)
    with open_town(effort.folder, district=province()) as app:
        for portion in in_portions(tips(app, number, "nobody", "nobody")):
            store(app, portion)
            bare.store(portion)
        boss = _boss(app)
        pairs = paired(
            lambda: seconds(lambda: _require(not app.reports.recount(boss).differences)),
            lambda: seconds(lambda: _require(bare.open() == number)),
            ROUNDS,
        )
    return compared(f"days from the records, {number:,} tips", "s", pairs, goal=DEEP)


class Bodies:
    """The same tips, sealed by hand."""

    def __init__(self, effort: Effort) -> None:
        self._connection = connect(effort.folder / "bare.db")
        self._connection.execute("CREATE TABLE tip (id TEXT PRIMARY KEY, wrapped BLOB, body BLOB)")
        self._epoch = AESGCM(AESGCM.generate_key(bit_length=256))

    def store(self, several: Sequence[Tip]) -> None:
        """Store tips."""
        with transaction(self._connection):
            self._connection.executemany("INSERT INTO tip VALUES (?, ?, ?)", map(self._row, several))

    def _row(self, tip: Tip) -> tuple[str, bytes, bytes]:
        key = AESGCM.generate_key(bit_length=256)
        body = AESGCM(key).encrypt(_NONCE, msgspec.json.encode(tip), None)
        return tip.id, self._epoch.encrypt(_NONCE, key, None), body

    def open(self) -> int:
        """Open every tip; return how many there were."""
        number = 0
        for wrapped, body in self._connection.execute("SELECT wrapped, body FROM tip ORDER BY id"):
            key = AESGCM(self._epoch.decrypt(_NONCE, wrapped, None))
            msgspec.json.decode(key.decrypt(_NONCE, body, None), type=Tip)
            number += 1
        return number


def _day(one: Counter) -> tuple[str, str, int, str, int, int]:
    month = one.day.year * 12 + one.day.month - 1
    return one.indicator, one.unit, month, one.dims, one.day.toordinal(), one.amount


def _boss(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Boss", app.district.root, "operator", "report_chief")


def _require(right: bool) -> None:
    if not right:
        raise CannotRun("the counters aren't those of the records, or a tip is missing")
