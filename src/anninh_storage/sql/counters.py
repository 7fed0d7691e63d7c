"""Counters: sums of days, months and years, of units and of sets of units, kept together."""

from collections import Counter as Sums
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from attrs import frozen

from anninh_core.kernel.dates import Period
from anninh_core.ports.changes import Counter
from anninh_storage.sql import gathered
from anninh_storage.sql.database import Connection, Database
from anninh_storage.sql.gathered import GRAINS
from anninh_storage.sql.values import marks, portions

Key = tuple[str, str, int, str]
Total = tuple[str, str, str]

_ADD = """
    INSERT INTO counters_{grain} (indicator, unit, {grain}, dims, amount) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (indicator, unit, {grain}, dims) DO UPDATE SET amount = counters_{grain}.amount + excluded.amount
"""
_ADD_TO = {grain: _ADD.format(grain=grain) for grain in GRAINS}


def add(connection: Connection, counters: Iterable[Counter]) -> None:
    """Add differences to every grain, of the units and of the sets they belong to: summed first, in order of keys."""
    days: Sums[tuple[str, str, date, str]] = Sums()
    for one in counters:
        days[one.indicator, one.unit, one.day, one.dims] += one.amount
    grains: dict[str, Sums[Key]] = {grain: Sums() for grain in GRAINS}
    sets = gathered.sets_of(connection, {unit for _, unit, _, _ in days})
    for (indicator, unit, day, dims), amount in days.items():
        places = day.toordinal(), month_number(day.year, day.month), day.year
        for grain, place in zip(GRAINS, places, strict=True):
            for each in (unit, *sets.get(unit, ())):
                grains[grain][indicator, each, place, dims] += amount
    for grain, sums in grains.items():
        if rows := [(*key, amount) for key, amount in sorted(sums.items()) if amount]:
            connection.executemany(_ADD_TO[grain], rows)


def month_number(year: int, month: int) -> int:
    """Return a month as the tables hold it."""
    return year * 12 + month - 1


@frozen
class SqlCounters:
    """Three tables, one a grain. A sum is read in one statement, so that it is of one moment."""

    _database: Database

    def total(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str, str], int]:
        """Sum amounts over inclusive days, from whole years, whole months and the days around them."""
        wanted, places, grains = sorted(set(indicators)), sorted(set(units)), _grains(Period(start, end))
        sums: Sums[Total] = Sums()
        with self._database.reading() as connection:
            for portion in portions(places if wanted else []):
                _add_sums(sums, connection.execute(*_select(wanted, portion, grains)))
        return {key: amount for key, amount in sums.items() if amount}

    def together(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str], int]:
        """Sum amounts over inclusive days and over units: of the set if it is stored, else of all its units."""
        wanted, places, days = sorted(set(indicators)), sorted(set(units)), Period(start, end)
        sums = self._kept(wanted, places, days) if wanted and len(places) > 1 else None
        if sums is None:
            sums = self.total(wanted, places, start, end)
        found: Sums[tuple[str, str]] = Sums()
        for (indicator, _, dims), amount in sums.items():
            found[indicator, dims] += amount
        return {key: amount for key, amount in found.items() if amount}

    def gather(self, sets: Iterable[Collection[str]]) -> None:
        """Store the sums of these sets of units and of no others: computed once, then updated with every counter."""
        wanted = gathered.members(sets)
        with self._database.reading() as connection:
            known = gathered.kept(connection)
        if known != wanted:
            self._database.change(lambda connection: gathered.keep(connection, wanted))

    def replace(self, counters: Iterable[Counter]) -> None:
        """Throw every counter away and store these instead, in one transaction."""
        new = list(counters)

        def anew(connection: Connection) -> None:
            for grain in GRAINS:
                connection.execute(f"DELETE FROM counters_{grain}")
            add(connection, new)

        self._database.change(anew)

    def _kept(self, indicators: Sequence[str], units: Sequence[str], period: Period) -> Mapping[Total, int] | None:
        """Return the sums of a set by its name, None if they aren't stored."""
        name, sums = gathered.name_of(units), Sums[Total]()
        statement, values = _select(indicators, [name], _grains(period))
        with self._database.reading() as connection:
            _add_sums(sums, connection.execute(f"{gathered.IS_KEPT} UNION ALL {statement}", [name, *values]))
        return sums if sums.pop(("", name, ""), 0) else None


def _grains(period: Period) -> Mapping[str, Sequence[int]]:
    """Return which years, months and days make up a period, as the tables hold them."""
    years, months, days = period.whole_years_months_and_edges()
    return {
        "year": years,
        "month": [month_number(*month) for month in months],
        "day": [day.toordinal() for day in days],
    }


def _select(
    indicators: Sequence[str], units: Sequence[str], grains: Mapping[str, Sequence[int]]
) -> tuple[str, list[str | int]]:
    """Return a statement for the sums of each grain, and its values."""
    parts: list[str] = []
    values: list[str | int] = []
    for grain, spans in grains.items():
        if spans:
            parts.append(
                f"SELECT indicator, unit, dims, CAST(sum(amount) AS BIGINT) FROM counters_{grain}"
                f" WHERE indicator IN ({marks(len(indicators))}) AND unit IN ({marks(len(units))})"
                f" AND {grain} IN ({marks(len(spans))}) GROUP BY indicator, unit, dims"
            )
            values += [*indicators, *units, *spans]
    return " UNION ALL ".join(parts), values


def _add_sums(sums: Sums[Total], rows: Iterable[tuple[str, str, str, int]]) -> None:
    for indicator, unit, dims, amount in rows:
        sums[indicator, unit, dims] += amount
