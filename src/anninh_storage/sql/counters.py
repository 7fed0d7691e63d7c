"""Counters: day and month sums, kept together."""

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

_DRIFTS = """
    SELECT indicator, unit, month, dims, CAST(sum(held) AS BIGINT), CAST(sum(days) AS BIGINT) FROM (
        SELECT indicator, unit, month, dims, amount AS held, 0 AS days FROM counters_month
        UNION ALL SELECT indicator, unit, {month}, dims, 0, amount FROM counters_day
    ) both_grains GROUP BY indicator, unit, month, dims HAVING sum(held) <> sum(days)
    ORDER BY indicator, unit, month, dims
"""
_MEND = """
    INSERT INTO counters_month (indicator, unit, month, dims, amount) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (indicator, unit, month, dims) DO UPDATE SET amount = excluded.amount
"""


def add(connection: Connection, counters: Iterable[Counter]) -> None:
    """Add differences to both grains: summed first, and in the order of their keys."""
    days: Sums[Key] = Sums()
    months: Sums[Key] = Sums()
    for one in counters:
        days[one.indicator, one.unit, one.day.toordinal(), one.dims] += one.amount
        months[one.indicator, one.unit, _month(one.day.year, one.day.month), one.dims] += one.amount
    for grain, sums in (("day", days), ("month", months)):
        connection.executemany(
            f"INSERT INTO counters_{grain} (indicator, unit, {grain}, dims, amount) VALUES (?, ?, ?, ?, ?)"
            f" ON CONFLICT (indicator, unit, {grain}, dims)"
            f" DO UPDATE SET amount = counters_{grain}.amount + excluded.amount",
            [(*key, amount) for key, amount in sorted(sums.items()) if amount],
        )


def drifts(connection: Connection, dialect: Dialect) -> list[Drift]:
    """Return the months that aren't the sum of their days, by their key."""
    rows = connection.execute(_DRIFTS.format(month=dialect.month))
    return [
        Drift(indicator=indicator, unit=unit, year=month // 12, month=month % 12 + 1, dims=dims, held=held, days=days)
        for indicator, unit, month, dims, held, days in rows
    ]


def mend(connection: Connection, dialect: Dialect) -> list[Drift]:
    """Make every month the sum of its days, and return those that weren't."""
    found = drifts(connection, dialect)
    connection.executemany(
        _MEND, [(one.indicator, one.unit, _month(one.year, one.month), one.dims, one.days) for one in found]
    )
    return found


def count_drifts(connection: Connection, dialect: Dialect) -> int:
    """Count the months that aren't the sum of their days."""
    found: int = connection.execute(f"SELECT count(*) FROM ({_DRIFTS.format(month=dialect.month)}) drifts").fetchone()[
        0
    ]
    return found


def _month(year: int, month: int) -> int:
    return year * 12 + month - 1


@frozen
class SqlCounters:
    """Two tables, one a grain."""

    _database: Database

    def total(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str, str], int]:
        """Sum amounts over inclusive days, from whole months and the days around them."""
        months, days = Period(start, end).whole_months_and_edges()
        grains = {"month": [_month(*month) for month in months], "day": [day.toordinal() for day in days]}
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
            connection.execute("DELETE FROM counters_day")
            connection.execute("DELETE FROM counters_month")
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
