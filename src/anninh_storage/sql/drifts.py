"""Finds and repairs stored sums that differ from their parts: months and years from days, sets from their units."""

from datetime import date

from anninh_core.ports.maintenance import Drift
from anninh_storage.sql.counters import month_number
from anninh_storage.sql.database import Connection, Dialect

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
_SETS = """
    SELECT indicator, unit, day, dims, CAST(sum(held) AS BIGINT), CAST(sum(units) AS BIGINT) FROM (
        SELECT indicator, unit, day, dims, amount AS held, 0 AS units FROM counters_day
        WHERE unit IN (SELECT name FROM counters_sets)
        UNION ALL SELECT c.indicator, s.name, c.day, c.dims, 0, c.amount
        FROM counters_day c JOIN counters_sets s ON s.unit = c.unit
    ) days GROUP BY indicator, unit, day, dims HAVING sum(held) <> sum(units)
    ORDER BY indicator, unit, day, dims
"""
_MEND = """
    INSERT INTO counters_{grain} (indicator, unit, {grain}, dims, amount) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (indicator, unit, {grain}, dims) DO UPDATE SET amount = excluded.amount
"""


def drifts(connection: Connection, dialect: Dialect) -> list[Drift]:
    """Return the days of sets, then the years (month 0) and the months, that aren't what they should be, by key."""
    rows = connection.execute(_DRIFTS.format(month=dialect.month))
    return _days(connection) + [
        Drift(indicator=indicator, unit=unit, year=year, month=month, dims=dims, held=held, days=days)
        for indicator, unit, year, month, dims, held, days in rows
    ]


def mend(connection: Connection, dialect: Dialect) -> list[Drift]:
    """Recompute wrong days of sets from their units, wrong months and years from their days; return what was wrong."""
    wrong = _days(connection)
    _put(connection, "day", [(one, date(one.year, one.month, one.day).toordinal()) for one in wrong])
    found = drifts(connection, dialect)
    _put(connection, "month", [(one, month_number(one.year, one.month)) for one in found if one.month])
    _put(connection, "year", [(one, one.year) for one in found if not one.month])
    return wrong + found


def count_drifts(connection: Connection, dialect: Dialect) -> int:
    """Count the days, months and years that aren't what they should be."""
    of = (_SETS, _DRIFTS.format(month=dialect.month))
    found: list[int] = [connection.execute(f"SELECT count(*) FROM ({wrong}) drifts").fetchone()[0] for wrong in of]
    return sum(found)


def _days(connection: Connection) -> list[Drift]:
    found: list[Drift] = []
    for indicator, unit, ordinal, dims, held, days in connection.execute(_SETS):
        day = date.fromordinal(ordinal)
        found.append(
            Drift(
                indicator=indicator,
                unit=unit,
                year=day.year,
                month=day.month,
                day=day.day,
                dims=dims,
                held=held,
                days=days,
            )
        )
    return found


def _put(connection: Connection, grain: str, places: list[tuple[Drift, int]]) -> None:
    rows = [(one.indicator, one.unit, place, one.dims, one.days) for one, place in places]
    connection.executemany(_MEND.format(grain=grain), rows)
