"""What an operator needs."""

import sqlite3
from collections.abc import Iterator, Sequence

from attrs import frozen

from anninh_core.ports.changes import GENESIS, Record, chain_hash
from anninh_storage.sqlite.database import Database
from anninh_storage.sqlite.records import Kinds

_UNEQUAL = """
    SELECT count(*) FROM (
        SELECT indicator, unit, dims FROM (
            SELECT indicator, unit, dims, amount FROM counters_day
            UNION ALL SELECT indicator, unit, dims, -amount FROM counters_month
        ) both_grains GROUP BY indicator, unit, dims HAVING sum(amount) <> 0
    ) unequal
"""


@frozen
class SqliteMaintenance:
    """Checks and scans."""

    _database: Database
    _kinds: Kinds

    def check(self) -> Sequence[str]:
        """Return sentences about what is wrong with the file, the chain or the counters; empty when all is well."""
        with self._database.reading() as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check") if row[0] != "ok"]
            unequal = connection.execute(_UNEQUAL).fetchone()[0]
            found += _broken_chain(connection)
        if unequal:
            found.append(f"{unequal} counters differ between days and months; rebuild the counters")
        return found

    def kinds(self) -> Sequence[str]:
        """Return the kinds stored, sorted."""
        return sorted(self._kinds)

    def scan(self, kind: str, batch: int = 500) -> Iterator[Record]:
        """Yield every record of a kind, by id; no transaction is held between batches."""
        of = self._kinds.of(kind)
        statement = f"SELECT {of.selected} FROM {of.table} t WHERE t.id > ? ORDER BY t.id LIMIT ?"
        last = ""
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(statement, (last, batch)).fetchall()
            yield from map(of.record, rows)
            if len(rows) < batch:
                return
            last = rows[-1][0]


def _broken_chain(connection: sqlite3.Connection) -> list[str]:
    """Tell about the first line that doesn't follow from the one before; what follows it says nothing more."""
    expected, before = 1, GENESIS
    for seq, previous, link, content in connection.execute(
        "SELECT seq, previous, hash, CAST(content AS BLOB) FROM journal ORDER BY seq"
    ):
        if (seq, previous, link) != (expected, before, chain_hash(before, content)):
            return [f"journal line {seq} doesn't follow from line {expected - 1}; compare with a signed checkpoint"]
        expected, before = seq + 1, link
    return []
