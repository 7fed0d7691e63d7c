"""The figures of a province of 129 communes, over a month and over a year that begins and ends within a month.

Ours: `Reports.figures` as an officer: every indicator of the register, its groups and shares, with those of the year
before if there are any.
Floor: the same counter rows of the same days, months and years, in three tables with the key as their clustering index,
summed and fetched by bare `sqlite3`, one statement per span and grain. The province has its own rows there, each the
sum of its communes', as in our storage. The days since the start of the district model, which stocks need, are read
too. It computes no share and formats nothing.
The counters are written directly, as that number of tips would leave them: the tips themselves are stored in the last
case only.
"""

import random
from collections import Counter as Sums
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from attrs import frozen

from anninh_core import Actor, App
from anninh_core.domain.reports.figures.calculator import get_counted_days, get_previous_period
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.dates import Period
from anninh_core.ports.storages.changes import ChangeSet, Counter, Entry
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.kinds import format_dims as written
from anninh_core.usecase.kinds import sum_facts
from anninh_core.vocabulary.plan import IndicatorSpan
from benchmarks.bare import connect, transaction
from benchmarks.measure import Effort, Goal, Pairs, Result, build_comparison, build_milliseconds_round, measure_pairs
from benchmarks.province import DAYS, iter_tips, list_communes, load_province, split_into_batches, store_tips
from benchmarks.town import commit_change_sets, open_town

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
class FiguresCase:
    """The unit and the period of a measured case."""

    name: str
    unit: str
    period: Period


def measure(effort: Effort) -> Sequence[Result]:
    """Measure stores with the counters of several numbers of tips, and one store that contains its tips."""
    sizes = effort.choose((20_000, 200_000), (100_000, 1_000_000, 5_000_000))
    results_by_size = [_measure_size(effort.within(f"{number}"), number) for number in sizes]
    results = [result for results_by_name in results_by_size for result in results_by_name.values()]
    growing = [
        _build_growth_result(name, results_by_size[0][name].measured, results_by_size[-1][name].measured)
        for name in results_by_size[0]
    ]
    return [*results, *growing, _measure_with_tips(effort.within("tips"), effort.choose(10_000, 100_000))]


def _build_growth_result(name: str, small: float, large: float) -> Result:
    case = f"{name}, largest / smallest"
    return Result(case=case, unit="ms", measured=large, floor=small, ratios=(large / small,), goal=STEADY)


def _measure_size(effort: Effort, number: int) -> dict[str, Result]:
    """Measure a store that contains the counters of this number of tips."""
    with open_town(effort.folder, district=load_province()) as app:
        bare = BareCounters(effort)
        for counters in build_counters(app, number):
            commit_change_sets(app, [ChangeSet(entry=build_entry(app), counters=tuple(counters))])
            bare.store(counters, app.district.root)
        officer = UnsafeLocalUsers(app).appoint("Officer", app.district.root, "report_chief")
        return {case.name: _compare(app, bare, officer, case, number) for case in _build_cases(app)}


def _build_cases(app: App) -> Iterator[FiguresCase]:
    for name, period in PERIODS.items():
        yield FiguresCase(f"{name}, province", app.district.root, period)
        yield FiguresCase(f"{name}, one commune", list_communes(app.district)[0], period)


def _compare(app: App, bare: "BareCounters", officer: Actor, figures_case: FiguresCase, number: int) -> Result:
    note = f"{len(app.internals.services.reports.indicators)} indicators; the sizes are counted in tips"
    case = f"{figures_case.name}, {number / 1e6:g} million"
    return build_comparison(
        case, "ms", _measure_pairs(app, bare, officer, figures_case), goal=GOAL, limit=FAST, note=note
    )


def _measure_pairs(app: App, bare: "BareCounters", officer: Actor, figures_case: FiguresCase) -> Pairs:
    ours = partial(app.reports.figures, officer, figures_case.unit, figures_case.period.start, figures_case.period.end)
    floor = partial(bare.read, app, figures_case)
    return measure_pairs(build_milliseconds_round(ours), build_milliseconds_round(floor), 7)


def _measure_with_tips(effort: Effort, number: int) -> Result:
    """Measure a store that contains its tips, not only their counters."""
    with open_town(effort.folder, district=load_province()) as app:
        bare = BareCounters(effort)
        for portion in split_into_batches(iter_tips(app, number, "nobody", "nobody")):
            store_tips(app, portion)
            facts = sum_facts(fact for tip in portion for fact in TIP.facts(tip))
            bare.store([_build_counter(*key, amount) for key, amount in facts.items()], app.district.root)
        officer = UnsafeLocalUsers(app).appoint("Officer", app.district.root, "report_chief")
        pairs = _measure_pairs(app, bare, officer, next(_build_cases(app)))
    return build_comparison(f"month, province, {number:,} tips stored", "ms", pairs, goal=GOAL, limit=FAST)


def build_counters(app: App, number: int) -> Iterator[list[Counter]]:
    """Yield the counters of each commune after this number of tips in all: every tip received, resolved and answered.

    Everything that isn't about tips is counted once a week.
    """
    dice = random.Random(1)
    units = list_communes(app.district)
    kinds = _list_tip_counters(app)
    others = sorted(name for name in _list_counter_names(app) if not name.startswith("tips_"))
    for unit in units:
        sums: Sums[tuple[str, str, date, str]] = Sums()
        for day in dice.choices(DAYS, k=number // len(units)):
            for indicator, dims in dice.choice(kinds):
                sums[indicator, unit, day, dims] += 1
        sums.update({(name, unit, day, ""): 1 for day in DAYS[::7] for name in others})
        yield [_build_counter(*key, amount) for key, amount in sorted(sums.items())]


def _list_tip_counters(app: App) -> list[tuple[tuple[str, str], ...]]:
    """Return the possible counters of a tip: (indicator, dimensions) pairs."""
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


def _build_counter(indicator: str, unit: str, day: date, dims: str, amount: int) -> Counter:
    return Counter(indicator=indicator, unit=unit, day=day, dims=dims, amount=amount)


def _list_counter_names(app: App) -> set[str]:
    return {name for indicator in app.internals.services.reports.indicators.values() for name in indicator.counters}


def build_entry(app: App) -> Entry:
    """Return the journal entry for a commit that fills the store."""
    runner = app.internals.runner
    return Entry(
        id=runner.context.ids.new(),
        at=runner.context.clock.now(),
        actor="system:setup",
        action="benchmark.fill",
        unit=runner.context.district.root,
    )


class BareCounters:
    """The same sums of counters with bare `sqlite3`."""

    def __init__(self, effort: Effort) -> None:
        self._connection = connect(effort.folder / "bare.db")
        for grain in _GRAINS:
            self._connection.execute(_TABLE.format(grain))

    def store(self, counters: Sequence[Counter], top: str) -> None:
        """Add amounts to the rows of each counter's unit and of the top unit, in every table."""
        grains: dict[str, Sums[tuple[str, str, int, str]]] = {grain: Sums() for grain in _GRAINS}
        for counter in counters:
            places = counter.day.toordinal(), _get_month_number(counter.day.year, counter.day.month), counter.day.year
            for grain, place in zip(_GRAINS, places, strict=True):
                for unit in (counter.unit, top):
                    grains[grain][counter.indicator, unit, place, counter.dims] += counter.amount
        with transaction(self._connection):
            for grain, sums in grains.items():
                self._connection.executemany(_ADD.format(grain), [(*key, amount) for key, amount in sums.items()])

    def read(self, app: App, figures_case: FiguresCase) -> int:
        """Read the sums of a period and of the period before; return the number of sums."""
        start = app.district.valid_from
        before = get_previous_period(figures_case.period, start)
        read = 0
        for period in (figures_case.period, before) if before else (figures_case.period,):
            for span in IndicatorSpan:
                days = get_counted_days(span, period, start)
                counters = {
                    name
                    for indicator in app.internals.services.reports.indicators.values()
                    if indicator.span is span
                    for name in indicator.counters
                }
                read += len(self._read_sums(sorted(counters), [figures_case.unit], days)) if days else 0
        return read

    def _read_sums(self, counters: Sequence[str], units: Sequence[str], days: Period) -> list[tuple[object, ...]]:
        years, months, edges = days.whole_years_months_and_edges()
        places_of = {
            "year": years,
            "month": [_get_month_number(*month) for month in months],
            "day": [day.toordinal() for day in edges],
        }
        sums: list[tuple[object, ...]] = []
        for grain, places in places_of.items():
            if places:
                sums += self._connection.execute(
                    f"SELECT indicator, unit, dims, sum(amount) FROM {grain}"
                    f" WHERE indicator IN ({_build_placeholders(counters)})"
                    f" AND unit IN ({_build_placeholders(units)}) AND at IN ({_build_placeholders(places)})"
                    " GROUP BY indicator, unit, dims",
                    (*counters, *units, *places),
                ).fetchall()
        return sums


def _get_month_number(year: int, month: int) -> int:
    return year * 12 + month - 1


def _build_placeholders(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
