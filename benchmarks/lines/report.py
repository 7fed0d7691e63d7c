"""The figures of a province of 129 communes, over a month and over a year with ragged edges.

Ours: `Reports.figures` as an officer: every indicator of the register, its groups and shares, with those of a year
before where there are any.

Floor: the same counter rows of the same days, months and years, in three tables with the key as their clustering index,
summed and fetched by bare `sqlite3`, one statement per span and grain. The province has rows of its own there, each the
sum of its communes', as our storage keeps them; a commune has its own anyway. What a stock needs since the model
began is read too. It computes no share and formats nothing.

The counters are written directly, as so many tips would leave them: the tips themselves are not there, except in the
last case.
"""

import random
from collections import Counter as Sums
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from attrs import frozen

from anninh_core import Actor, App
from anninh_core.domain.reports.figures.calculator import counted_days, previous_period
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.dates import Period
from anninh_core.ports.storages.changes import ChangeSet, Counter, Entry
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.kinds import counted
from anninh_core.usecase.kinds import dims as written
from anninh_core.vocabulary.plan import IndicatorSpan
from benchmarks.bare import connect, transaction
from benchmarks.measure import Effort, Goal, Pairs, Result, compared, milliseconds, paired
from benchmarks.province import DAYS, communes, in_portions, province, store, tips
from benchmarks.town import keep, open_town

TITLE = "figures of 129 communes, against reading the same counters"
GOAL = Goal(most=2)
FAST = Goal(most=60)
STEADY = Goal(most=1.3)
PERIODS = {
    "month": Period(date(2026, 10, 1), date(2026, 10, 31)),
    "year": Period(date(2025, 11, 18), date(2026, 11, 9)),
}

_TABLE = """
    CREATE TABLE {} (indicator TEXT, unit TEXT, at INTEGER, dims TEXT, amount INTEGER NOT NULL,
        PRIMARY KEY (indicator, unit, at, dims)) WITHOUT ROWID
"""
_GRAINS = ("day", "month", "year")
_ADD = "INSERT INTO {} VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET amount = amount + excluded.amount"


@frozen
class Asked:
    """Whose figures, of which days."""

    name: str
    unit: str
    period: Period


def measure(effort: Effort) -> Sequence[Result]:
    """Measure stores of several sizes, and one that holds its tips."""
    sizes = effort.choose((20_000, 200_000), (100_000, 1_000_000, 5_000_000))
    found = [_sized(effort.within(f"{number}"), number) for number in sizes]
    results = [result for sized in found for result in sized.values()]
    growing = [_growth(name, found[0][name].measured, found[-1][name].measured) for name in found[0]]
    return [*results, *growing, _with_tips(effort.within("tips"), effort.choose(10_000, 100_000))]


def _growth(name: str, small: float, large: float) -> Result:
    case = f"{name}, largest / smallest"
    return Result(case=case, unit="ms", measured=large, floor=small, ratios=(large / small,), goal=STEADY)


def _sized(effort: Effort, number: int) -> dict[str, Result]:
    """Measure a store with the counters of so many tips."""
    with open_town(effort.folder, district=province()) as app:
        bare = Bare(effort)
        for counters in by_commune(app, number):
            keep(app, [ChangeSet(entry=entry(app), counters=tuple(counters))])
            bare.store(counters, app.district.root)
        officer = UnsafeLocalUsers(app).appoint("Officer", app.district.root, "report_chief")
        return {asked.name: _compared(app, bare, officer, asked, number) for asked in _asked(app)}


def _asked(app: App) -> Iterator[Asked]:
    for name, period in PERIODS.items():
        yield Asked(f"{name}, province", app.district.root, period)
        yield Asked(f"{name}, one commune", communes(app.district)[0], period)


def _compared(app: App, bare: "Bare", officer: Actor, asked: Asked, number: int) -> Result:
    note = f"{len(app.internals.services.reports.indicators)} indicators; the sizes are counted in tips"
    case = f"{asked.name}, {number / 1e6:g} million"
    return compared(case, "ms", _paired(app, bare, officer, asked), goal=GOAL, limit=FAST, note=note)


def _paired(app: App, bare: "Bare", officer: Actor, asked: Asked) -> Pairs:
    ours = partial(app.reports.figures, officer, asked.unit, asked.period.start, asked.period.end)
    floor = partial(bare.read, app, asked)
    return paired(milliseconds(ours), milliseconds(floor), 7)


def _with_tips(effort: Effort, number: int) -> Result:
    """Measure a store that holds its tips."""
    with open_town(effort.folder, district=province()) as app:
        bare = Bare(effort)
        for portion in in_portions(tips(app, number, "nobody", "nobody")):
            store(app, portion)
            facts = counted(fact for tip in portion for fact in TIP.facts(tip))
            bare.store([_counter(*key, amount) for key, amount in facts.items()], app.district.root)
        officer = UnsafeLocalUsers(app).appoint("Officer", app.district.root, "report_chief")
        pairs = _paired(app, bare, officer, next(_asked(app)))
    return compared(f"month, province, {number:,} tips stored", "ms", pairs, goal=GOAL, limit=FAST)


def by_commune(app: App, number: int) -> Iterator[list[Counter]]:
    """Yield the counters of each commune after so many tips in all: every tip received, resolved and answered.

    Everything that isn't about tips is counted once a week.
    """
    dice = random.Random(1)
    units = communes(app.district)
    kinds = _kinds(app)
    others = sorted(name for name in _counters(app) if not name.startswith("tips_"))
    for unit in units:
        sums: Sums[tuple[str, str, date, str]] = Sums()
        for day in dice.choices(DAYS, k=number // len(units)):
            for indicator, dims in dice.choice(kinds):
                sums[indicator, unit, day, dims] += 1
        sums.update({(name, unit, day, ""): 1 for day in DAYS[::7] for name in others})
        yield [_counter(*key, amount) for key, amount in sorted(sums.items())]


def _kinds(app: App) -> list[tuple[tuple[str, str], ...]]:
    """Return what a tip may leave in the counters: (indicator, dimensions) pairs."""
    return [
        (
            ("tips_received", written(category=category, origin=origin)),
            ("tips_resolved", written(category=category, in_time=in_time, outcome=outcome)),
            ("tips_answered", ""),
        )
        for category in app.district.incoming
        for origin in ("one_to_one", "entry")
        for in_time in ("yes", "no")
        for outcome in ("resolved", "unfounded", "duplicate")
    ]


def _counter(indicator: str, unit: str, day: date, dims: str, amount: int) -> Counter:
    return Counter(indicator=indicator, unit=unit, day=day, dims=dims, amount=amount)


def _counters(app: App) -> set[str]:
    return {name for indicator in app.internals.services.reports.indicators.values() for name in indicator.counters}


def entry(app: App) -> Entry:
    """Return what stands in the journal of a commit that fills the store."""
    runner = app.internals.runner
    return Entry(
        id=runner.context.ids.new(),
        at=runner.context.clock.now(),
        actor="system:setup",
        action="benchmark.fill",
        unit=runner.context.district.root,
    )


class Bare:
    """The same sums by hand."""

    def __init__(self, effort: Effort) -> None:
        self._connection = connect(effort.folder / "bare.db")
        for grain in _GRAINS:
            self._connection.execute(_TABLE.format(grain))

    def store(self, counters: Sequence[Counter], top: str) -> None:
        """Add amounts to every table, to those of the unit above everything too."""
        grains: dict[str, Sums[tuple[str, str, int, str]]] = {grain: Sums() for grain in _GRAINS}
        for one in counters:
            places = one.day.toordinal(), _month(one.day.year, one.day.month), one.day.year
            for grain, place in zip(_GRAINS, places, strict=True):
                for unit in (one.unit, top):
                    grains[grain][one.indicator, unit, place, one.dims] += one.amount
        with transaction(self._connection):
            for grain, sums in grains.items():
                self._connection.executemany(_ADD.format(grain), [(*key, amount) for key, amount in sums.items()])

    def read(self, app: App, asked: Asked) -> int:
        """Read the sums of a period and of the one before; return how many there were."""
        start = app.district.valid_from
        before = previous_period(asked.period, start)
        read = 0
        for period in (asked.period, before) if before else (asked.period,):
            for span in IndicatorSpan:
                days = counted_days(span, period, start)
                counters = {
                    name
                    for one in app.internals.services.reports.indicators.values()
                    if one.span is span
                    for name in one.counters
                }
                read += len(self._sums(sorted(counters), [asked.unit], days)) if days else 0
        return read

    def _sums(self, counters: Sequence[str], units: Sequence[str], days: Period) -> list[tuple[object, ...]]:
        years, months, edges = days.whole_years_months_and_edges()
        places_of = {
            "year": years,
            "month": [_month(*one) for one in months],
            "day": [day.toordinal() for day in edges],
        }
        found: list[tuple[object, ...]] = []
        for grain, places in places_of.items():
            if places:
                found += self._connection.execute(
                    f"SELECT indicator, unit, dims, sum(amount) FROM {grain} WHERE indicator IN ({_marks(counters)})"
                    f" AND unit IN ({_marks(units)}) AND at IN ({_marks(places)}) GROUP BY indicator, unit, dims",
                    (*counters, *units, *places),
                ).fetchall()
        return found


def _month(year: int, month: int) -> int:
    return year * 12 + month - 1


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
