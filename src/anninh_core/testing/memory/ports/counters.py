"""Counters in memory, kept as sums of days and sums of months that are always updated together."""

from collections import Counter as Sums
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from itertools import product

from attrs import frozen

from anninh_core.kernel.dates import Period
from anninh_core.ports.storages.changes import Counter
from anninh_core.ports.storages.maintenance import Drift
from anninh_core.testing.memory.tables import Tables

TotalKey = tuple[str, str, str]
MonthKey = tuple[str, str, tuple[int, int], str]


def add_counters(tables: Tables, counters: Iterable[Counter]) -> None:
    """Add the amounts of `counters` to the sums of days and months."""
    for counter in counters:
        day = (counter.indicator, counter.unit, counter.day, counter.dims)
        month = (counter.indicator, counter.unit, (counter.day.year, counter.day.month), counter.dims)
        tables.days[day] = tables.days.get(day, 0) + counter.amount
        tables.months[month] = tables.months.get(month, 0) + counter.amount


@frozen
class MemoryCounters:
    """Sums of days and months in dictionaries."""

    _tables: Tables

    def total(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str, str], int]:
        """Return the sum per indicator, unit and dimensions from `start` to `end` inclusive, from whole months and the
        days around them.
        """
        pairs = set(product(indicators, units))
        months, days = Period(start, end).whole_months_and_edges()
        with self._tables.lock:
            rows = [(key, amount) for key, amount in self._tables.months.items() if key[2] in months]
            edges = [(key, amount) for key, amount in self._tables.days.items() if key[2] in days]
        sums: Sums[TotalKey] = Sums()
        for (indicator, unit, _, dims), amount in (*rows, *edges):
            if (indicator, unit) in pairs:
                sums[indicator, unit, dims] += amount
        return {key: amount for key, amount in sums.items() if amount}

    def together(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str], int]:
        """Return the sum per indicator and dimensions from `start` to `end` inclusive, over all units together."""
        sums: Sums[tuple[str, str]] = Sums()
        for (indicator, _, dims), amount in self.total(indicators, units, start, end).items():
            sums[indicator, dims] += amount
        return {key: amount for key, amount in sums.items() if amount}

    def gather(self, sets: Iterable[Collection[str]]) -> None:
        """Do nothing: sums over several units are calculated in each call."""

    def replace(self, counters: Iterable[Counter]) -> None:
        """Remove all counters and store the given ones instead."""
        new = list(counters)
        with self._tables.lock:
            self._tables.days.clear()
            self._tables.months.clear()
            add_counters(self._tables, new)


def find_inconsistencies(tables: Tables) -> list[Drift]:
    """Return the months with a stored sum that differs from the sum of their days."""
    held = Sums(tables.months)
    days = _sum_days(tables)
    return [_build_drift(key, held[key], days[key]) for key in sorted({*held, *days}) if held[key] != days[key]]


def repair_months(tables: Tables) -> list[Drift]:
    """Set every month to the sum of its days, and return the months that were changed."""
    wrong_months = find_inconsistencies(tables)
    tables.months = dict(_sum_days(tables))
    return wrong_months


def _sum_days(tables: Tables) -> Sums[MonthKey]:
    sums: Sums[MonthKey] = Sums()
    for (indicator, unit, day, dims), amount in tables.days.items():
        sums[indicator, unit, (day.year, day.month), dims] += amount
    return sums


def _build_drift(key: MonthKey, held: int, days: int) -> Drift:
    indicator, unit, (year, month), dims = key
    return Drift(indicator=indicator, unit=unit, year=year, month=month, dims=dims, held=held, days=days)
