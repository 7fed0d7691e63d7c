"""Counters: sums of days, months and years, kept together."""

from collections import Counter as Sums
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from attrs import frozen

from anninh_core.kernel.dates import Period
from anninh_core.ports.changes import Counter
from anninh_core.ports.storage import Drift
from anninh_storage.sql.database import Connection, Database, Dialect
from anninh_storage.sql.values import marks, portions

Key = tuple[str, str, int, str]
Total = tuple[str, str, str]

_GRAINS = ("day", "month", "year")
_DRIFTS = """
    WITH sums AS (
        SELECT indicator, unit, {month} AS month, dims, sum(amount) AS amount FROM counters_day GROUP BY 1, 2, 3, 4
    )
    SELECT indicator, unit, year, month, dims, CAST(sum(held) AS BIGINT), CAST(sum(days) AS BIGINT) FROM (
        SELECT indicator, unit, year, 0 AS month, dims, amount AS held, 0 AS days FROM counters_year
        UNION ALL SELECT indicator, unit, month / 12, 0, dims, 0, amount FROM sums
        UNION ALL SELECT indicator, unit, month / 12, month - month / 12 * 12 + 1, dims, amount, 0 FROM counters_month
        UNION ALL SELECT indicator, unit, month / 12, month - month / 12 * 12 + 1, dims, 0, amount FROM sums
    ) grains GROUP BY indicator, unit, year, month, dims HAVING sum(held) <> sum(days)
    ORDER BY indicator, unit, year, month, dims
"""
_ADD = """
    INSERT INTO counters_{grain} (indicator, unit, {grain}, dims, amount) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (indicator, unit, {grain}, dims) DO UPDATE SET amount = counters_{grain}.amount + excluded.amount
"""
_ADD_TO = {grain: _ADD.format(grain=grain) for grain in _GRAINS}
_MEND = """
    INSERT INTO counters_{grain} (indicator, unit, {grain}, dims, amount) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (indicator, unit, {grain}, dims) DO UPDATE SET amount = excluded.amount
"""


def add(connection: Connection, counters: Iterable[Counter]) -> None:
    """Add differences to every grain: summed first, and in the order of their keys."""
    days: Sums[tuple[str, str, date, str]] = Sums()
    for one in counters:
        days[one.indicator, one.unit, one.day, one.dims] += one.amount
    grains: dict[str, Sums[Key]] = {grain: Sums() for grain in _GRAINS}
    for (indicator, unit, day, dims), amount in days.items():
        places = day.toordinal(), _month(day.year, day.month), day.year
        for grain, place in zip(_GRAINS, places, strict=True):
            grains[grain][indicator, unit, place, dims] += amount
    for grain, sums in grains.items():
        if rows := [(*key, amount) for key, amount in sorted(sums.items()) if amount]:
            connection.executemany(_ADD_TO[grain], rows)


def drifts(connection: Connection, dialect: Dialect) -> list[Drift]:
    """Return the years (month 0) and the months that aren't the sum of their days, by their key."""
    rows = connection.execute(_DRIFTS.format(month=dialect.month))
    return [
        Drift(indicator=indicator, unit=unit, year=year, month=month, dims=dims, held=held, days=days)
        for indicator, unit, year, month, dims, held, days in rows
    ]


def mend(connection: Connection, dialect: Dialect) -> list[Drift]:
    """Make every month and every year the sum of its days, and return those that weren't."""
    found = drifts(connection, dialect)
    grains = {
        "month": [(one, _month(one.year, one.month)) for one in found if one.month],
        "year": [(one, one.year) for one in found if not one.month],
    }
    for grain, places in grains.items():
        rows = [(one.indicator, one.unit, place, one.dims, one.days) for one, place in places]
        connection.executemany(_MEND.format(grain=grain), rows)
    return found


def count_drifts(connection: Connection, dialect: Dialect) -> int:
    """Count the years and months that aren't the sum of their days."""
    wrong = _DRIFTS.format(month=dialect.month)
    found: int = connection.execute(f"SELECT count(*) FROM ({wrong}) drifts").fetchone()[0]
    return found


def _month(year: int, month: int) -> int:
    return year * 12 + month - 1


@frozen
class SqlCounters:
    """Three tables, one a grain."""

    _database: Database

    def total(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str, str], int]:
        """Sum amounts over inclusive days, from whole years, whole months and the days around them."""
        years, months, days = Period(start, end).whole_years_months_and_edges()
        grains = {
            "year": years,
            "month": [_month(*month) for month in months],
            "day": [day.toordinal() for day in days],
        }
        wanted, places = sorted(set(indicators)), sorted(set(units))
        sums: Sums[Total] = Sums()
        with self._database.reading() as connection:
            for grain, spans in grains.items():
                for portion in portions(places if wanted and spans else []):
                    for indicator, unit, dims, amount in _sum(connection, grain, wanted, portion, spans):
                        sums[indicator, unit, dims] += amount
        return {key: amount for key, amount in sums.items() if amount}

    def replace(self, counters: Iterable[Counter]) -> None:
        """Throw every counter away and store these instead, in one transaction."""
        new = list(counters)

        def anew(connection: Connection) -> None:
            for grain in _GRAINS:
                connection.execute(f"DELETE FROM counters_{grain}")
            add(connection, new)

        self._database.change(anew)


def _sum(
    connection: Connection, grain: str, indicators: Sequence[str], units: Sequence[str], spans: Sequence[int]
) -> list[tuple[str, str, str, int]]:
    statement = (
        f"SELECT indicator, unit, dims, CAST(sum(amount) AS BIGINT) FROM counters_{grain}"
        f" WHERE indicator IN ({marks(len(indicators))}) AND unit IN ({marks(len(units))})"
        f" AND {grain} IN ({marks(len(spans))}) GROUP BY indicator, unit, dims"
    )
    return connection.execute(statement, [*indicators, *units, *spans]).fetchall()
