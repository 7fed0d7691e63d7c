"""Counters: two grains, kept together."""

from collections import Counter as Sums
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import product

from attrs import frozen

from anninh_core.kernel.dates import Period
from anninh_core.ports.changes import Counter
from anninh_core.testing.memory.tables import Tables

Total = tuple[str, str, str]


def add(tables: Tables, counters: Iterable[Counter]) -> None:
    """Add differences to both grains."""
    for one in counters:
        day = (one.indicator, one.unit, one.day, one.dims)
        month = (one.indicator, one.unit, (one.day.year, one.day.month), one.dims)
        tables.days[day] = tables.days.get(day, 0) + one.amount
        tables.months[month] = tables.months.get(month, 0) + one.amount


@frozen
class MemoryCounters:
    """Day and month sums in dictionaries."""

    _tables: Tables

    def total(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str, str], int]:
        """Sum amounts over inclusive days, from whole months and the days around them."""
        wanted = set(product(indicators, units))
        months, days = Period(start, end).whole_months_and_edges()
        with self._tables.lock:
            rows = [(key, amount) for key, amount in self._tables.months.items() if key[2] in months]
            edges = [(key, amount) for key, amount in self._tables.days.items() if key[2] in days]
        sums: Sums[Total] = Sums()
        for (indicator, unit, _, dims), amount in (*rows, *edges):
            if (indicator, unit) in wanted:
                sums[indicator, unit, dims] += amount
        return {key: amount for key, amount in sums.items() if amount}

    def replace(self, counters: Iterable[Counter]) -> None:
        """Throw every counter away and store these instead."""
        new = list(counters)
        with self._tables.lock:
            self._tables.days.clear()
            self._tables.months.clear()
            add(self._tables, new)
