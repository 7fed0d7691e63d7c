"""Find and repair stored sums that differ from their parts: months and years from days, sets from their units."""

from datetime import date

from anninh_core.ports.storages.maintenance import Drift
from anninh_storage.sql.counters.counters import get_month_number
from anninh_storage.sql.database import Connection, Dialect

_WRONG_SPANS = """
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
_WRONG_SET_DAYS = """
    SELECT indicator, unit, day, dims, CAST(sum(held) AS BIGINT), CAST(sum(units) AS BIGINT) FROM (
        SELECT indicator, unit, day, dims, amount AS held, 0 AS units FROM counters_day
        WHERE unit IN (SELECT name FROM counters_sets)
        UNION ALL SELECT c.indicator, s.name, c.day, c.dims, 0, c.amount
        FROM counters_day c JOIN counters_sets s ON s.unit = c.unit
    ) days GROUP BY indicator, unit, day, dims HAVING sum(held) <> sum(units)
    ORDER BY indicator, unit, day, dims
"""
_SET_AMOUNT = """
    INSERT INTO counters_{grain} (indicator, unit, {grain}, dims, amount) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (indicator, unit, {grain}, dims) DO UPDATE SET amount = excluded.amount
"""


def find_inconsistencies(connection: Connection, dialect: Dialect) -> list[Drift]:
    """Return the wrong stored sums: first days of sets of units, then years (month 0) and months, each sorted by
    key.
    """
    rows = connection.execute(_WRONG_SPANS.format(month=dialect.month_of_day))
    return _find_wrong_set_days(connection) + [
        Drift(indicator=indicator, unit=unit, year=year, month=month, dims=dims, held=held, days=days)
        for indicator, unit, year, month, dims, held, days in rows
    ]


def repair_sums(connection: Connection, dialect: Dialect) -> list[Drift]:
    """Recompute wrong days of sets from their units, and wrong months and years from their days; return the wrong
    sums.
    """
    wrong_days = _find_wrong_set_days(connection)
    _write_sums(
        connection, "day", [(drift, date(drift.year, drift.month, drift.day).toordinal()) for drift in wrong_days]
    )
    wrong_spans = find_inconsistencies(connection, dialect)
    _write_sums(
        connection,
        "month",
        [(drift, get_month_number(drift.year, drift.month)) for drift in wrong_spans if drift.month],
    )
    _write_sums(connection, "year", [(drift, drift.year) for drift in wrong_spans if not drift.month])
    return wrong_days + wrong_spans


def count_inconsistencies(connection: Connection, dialect: Dialect) -> int:
    """Count the wrong stored sums of days of sets, of months and of years."""
    statements = (_WRONG_SET_DAYS, _WRONG_SPANS.format(month=dialect.month_of_day))
    counts: list[int] = [
        connection.execute(f"SELECT count(*) FROM ({statement}) drifts").fetchone()[0] for statement in statements
    ]
    return sum(counts)


def _find_wrong_set_days(connection: Connection) -> list[Drift]:
    wrong_days: list[Drift] = []
    for indicator, unit, ordinal, dims, held, days in connection.execute(_WRONG_SET_DAYS):
        day = date.fromordinal(ordinal)
        wrong_days.append(
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
    return wrong_days


def _write_sums(connection: Connection, grain: str, places: list[tuple[Drift, int]]) -> None:
    rows = [(drift.indicator, drift.unit, span, drift.dims, drift.days) for drift, span in places]
    connection.executemany(_SET_AMOUNT.format(grain=grain), rows)
