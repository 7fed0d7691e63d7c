"""Counters, which are sums per day, month and year, of units and of sets of units, updated together."""

from collections import Counter as Sums
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from attrs import frozen

from anninh_core.kernel.dates import Period
from anninh_core.ports.storages.changes import Counter
from anninh_storage.sql.counters import unit_set_sums
from anninh_storage.sql.counters.unit_set_sums import GRAINS
from anninh_storage.sql.database import Connection, Database
from anninh_storage.sql.values import build_placeholders, split_into_chunks

SumKey = tuple[str, str, int, str]
TotalKey = tuple[str, str, str]

_ADD = """
    INSERT INTO counters_{grain} (indicator, unit, {grain}, dims, amount) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (indicator, unit, {grain}, dims) DO UPDATE SET amount = counters_{grain}.amount + excluded.amount
"""
_ADD_TO = {grain: _ADD.format(grain=grain) for grain in GRAINS}


def add_counters(connection: Connection, counters: Iterable[Counter]) -> None:
    """Add amounts to the counters of every grain, for units and their sets; they are summed up first and written in key
    order.
    """
    days: Sums[tuple[str, str, date, str]] = Sums()
    for counter in counters:
        days[counter.indicator, counter.unit, counter.day, counter.dims] += counter.amount
    grains: dict[str, Sums[SumKey]] = {grain: Sums() for grain in GRAINS}
    sets = unit_set_sums.find_sets(connection, {unit for _, unit, _, _ in days})
    for (indicator, unit, day, dims), amount in days.items():
        spans = day.toordinal(), get_month_number(day.year, day.month), day.year
        for grain, span in zip(GRAINS, spans, strict=True):
            for owner in (unit, *sets.get(unit, ())):
                grains[grain][indicator, owner, span, dims] += amount
    for grain, sums in grains.items():
        if rows := [(*key, amount) for key, amount in sorted(sums.items()) if amount]:
            connection.executemany(_ADD_TO[grain], rows)


def get_month_number(year: int, month: int) -> int:
    """Return the number that represents a month in the tables."""
    return year * 12 + month - 1


@frozen
class SqlCounters:
    """Counters in three tables, one per grain. A sum is read in one statement, so that its parts are of one
    snapshot.
    """

    _database: Database

    def total(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str, str], int]:
        """Sum amounts over inclusive days, from whole years, whole months and the days around them."""
        indicator_names = sorted(set(indicators))
        unit_names = sorted(set(units))
        spans = _split_period(Period(start, end))
        sums: Sums[TotalKey] = Sums()
        with self._database.reader() as connection:
            for chunk in split_into_chunks(unit_names if indicator_names else []):
                _add_sums(sums, connection.execute(*_build_sums_statement(indicator_names, chunk, spans)))
        return {key: amount for key, amount in sums.items() if amount}

    def together(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str], int]:
        """Sum amounts over inclusive days and over units, from the stored sums of the set of units if there are any."""
        indicator_names = sorted(set(indicators))
        unit_names = sorted(set(units))
        period = Period(start, end)
        sums = (
            self._read_set_sums(indicator_names, unit_names, period)
            if indicator_names and len(unit_names) > 1
            else None
        )
        if sums is None:
            sums = self.total(indicator_names, unit_names, start, end)
        totals: Sums[tuple[str, str]] = Sums()
        for (indicator, _, dims), amount in sums.items():
            totals[indicator, dims] += amount
        return {key: amount for key, amount in totals.items() if amount}

    def gather(self, sets: Iterable[Collection[str]]) -> None:
        """Store sums for these sets of units and for no others; they are computed once, then updated with every
        counter.
        """
        members = unit_set_sums.list_set_members(sets)
        with self._database.reader() as connection:
            stored_members = unit_set_sums.read_members(connection)
        if stored_members != members:
            self._database.change(lambda connection: unit_set_sums.replace_sets(connection, members))

    def replace(self, counters: Iterable[Counter]) -> None:
        """Delete all counters and store these instead, in one transaction."""
        new = list(counters)

        def rewrite_counters(connection: Connection) -> None:
            for grain in GRAINS:
                connection.execute(f"DELETE FROM counters_{grain}")
            add_counters(connection, new)

        self._database.change(rewrite_counters)

    def _read_set_sums(
        self, indicators: Sequence[str], units: Sequence[str], period: Period
    ) -> Mapping[TotalKey, int] | None:
        """Return the sums of a set of units, or None if they aren't stored."""
        name = unit_set_sums.build_set_name(units)
        sums = Sums[TotalKey]()
        statement, values = _build_sums_statement(indicators, [name], _split_period(period))
        with self._database.reader() as connection:
            _add_sums(sums, connection.execute(f"{unit_set_sums.SET_EXISTS} UNION ALL {statement}", [name, *values]))
        return sums if sums.pop(("", name, ""), 0) else None


def _split_period(period: Period) -> Mapping[str, Sequence[int]]:
    """Return the numbers of the years, months and days in the tables that make up a period."""
    years, months, days = period.whole_years_months_and_edges()
    return {
        "year": years,
        "month": [get_month_number(*month) for month in months],
        "day": [day.toordinal() for day in days],
    }


def _build_sums_statement(
    indicators: Sequence[str], units: Sequence[str], grains: Mapping[str, Sequence[int]]
) -> tuple[str, list[str | int]]:
    """Return the statement that sums the counters of each grain, with the statement's values."""
    parts: list[str] = []
    values: list[str | int] = []
    for grain, spans in grains.items():
        if spans:
            parts.append(
                f"SELECT indicator, unit, dims, CAST(sum(amount) AS BIGINT) FROM counters_{grain}"
                f" WHERE indicator IN ({build_placeholders(len(indicators))})"
                f" AND unit IN ({build_placeholders(len(units))})"
                f" AND {grain} IN ({build_placeholders(len(spans))}) GROUP BY indicator, unit, dims"
            )
            values += [*indicators, *units, *spans]
    return " UNION ALL ".join(parts), values


def _add_sums(sums: Sums[TotalKey], rows: Iterable[tuple[str, str, str, int]]) -> None:
    for indicator, unit, dims, amount in rows:
        sums[indicator, unit, dims] += amount
