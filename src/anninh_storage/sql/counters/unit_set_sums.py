"""Sums of sets of units, stored next to those of the units, so that a whole province is read like one unit.

The sums of a set are in the counter tables, with the set's name in place of a unit. The members of each set are stored
in the database, and every writer that adds to a counter reads them in the same transaction: a process that knows
another tree of units still updates the sums of the stored sets.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256

from anninh_storage.sql.database import Connection
from anninh_storage.sql.values import build_placeholders, split_into_chunks

GRAINS = ("day", "month", "year")
"""Spans of time (day, month, year) with stored sums, each in a table of its own."""

SET_EXISTS = "SELECT DISTINCT '', name, '', 1 FROM counters_sets WHERE name = ?"
"""SQL that selects a row if a set of units is stored; used in the statement that reads the sums, so that both see one
snapshot.
"""

NOT_OF_SETS = "unit NOT IN (SELECT name FROM counters_sets)"
"""SQL condition that excludes the sums of sets of units."""

_FILL = """
    INSERT INTO counters_{grain} (indicator, unit, {grain}, dims, amount)
    SELECT c.indicator, s.name, c.{grain}, c.dims, CAST(sum(c.amount) AS BIGINT)
    FROM counters_{grain} c JOIN counters_sets s ON s.unit = c.unit
    GROUP BY c.indicator, s.name, c.{grain}, c.dims
"""


def build_set_name(units: Collection[str]) -> str:
    """Return the name of a set of units, which no unit has and which depends on the members alone."""
    return f"={sha256(chr(10).join(sorted(units)).encode()).hexdigest()[:24]}"


def list_set_members(sets: Iterable[Collection[str]]) -> frozenset[tuple[str, str]]:
    """Return (name, unit) of each member of each set of units; a set of one unit is left out, as it needs no sums of
    its own.
    """
    return frozenset((build_set_name(set(units)), unit) for units in sets if len(set(units)) > 1 for unit in units)


def read_members(connection: Connection) -> frozenset[tuple[str, str]]:
    """Return (name, unit) of each member of the stored sets of units."""
    return frozenset((name, unit) for name, unit in connection.execute("SELECT name, unit FROM counters_sets"))


def find_sets(connection: Connection, units: Collection[str]) -> Mapping[str, Sequence[str]]:
    """Return unit -> names of the stored sets that the unit belongs to."""
    sets: dict[str, list[str]] = {}
    for chunk in split_into_chunks(sorted(units)):
        rows = connection.execute(
            f"SELECT unit, name FROM counters_sets WHERE unit IN ({build_placeholders(len(chunk))})", chunk
        )
        for unit, name in rows:
            sets.setdefault(unit, []).append(name)
    return sets


def replace_sets(connection: Connection, members: frozenset[tuple[str, str]]) -> None:
    """Replace the stored sets of units by these, and compute their sums from the existing counters."""
    for grain in GRAINS:
        connection.execute(f"DELETE FROM counters_{grain} WHERE NOT {NOT_OF_SETS}")
    connection.execute("DELETE FROM counters_sets")
    connection.executemany("INSERT INTO counters_sets (unit, name) VALUES (?, ?)", sorted((u, n) for n, u in members))
    for grain in GRAINS:
        connection.execute(_FILL.format(grain=grain))
