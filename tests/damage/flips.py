"""One byte flipped at a time, anywhere in the town's cells and files: `python -m tests.damage.flips --flips 500`."""

import argparse
import logging
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

from attrs import frozen
from tests.damage.acts import ACTS
from tests.damage.world import Town, build
from tests.domain.audit.altered_store import Sqlite

from anninh_core.kernel.errors import AnninhError
from anninh_storage import LocalBlobs

_FILE_SHARE = 0.05  # of the flips
_REVISION = "alembic_version.version_num"
_TABLES = """
    SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%'
"""
"""All tables but the engine's own; of its index the ones in which it keeps it."""


@frozen
class Flip:
    """A byte that was flipped, and what came of it.

    Attributes:
        where: table and column, or the file.
        fault: what went wrong; "" for nothing.
    """

    where: str
    fault: str


def list_columns(path: Path) -> dict[str, list[str]]:
    """Return the columns of each table that has rows."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute(_TABLES)]
        return {
            table: [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            for table in tables
            if connection.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone()
        }


def flip_cell(path: Path, random: Random, tables: dict[str, list[str]]) -> str:
    """Flip a bit of a byte in a cell of a row, each drawn, and return its table and column."""
    with closing(sqlite3.connect(path)) as connection, connection:
        while True:
            table = random.choice([*tables])
            column = random.choice(tables[table])
            keys = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")') if row[5]] or ["rowid"]
            wanted = ", ".join(f'"{key}"' for key in keys)
            (count,) = connection.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()
            row = connection.execute(
                f'SELECT "{column}", {wanted} FROM "{table}" LIMIT 1 OFFSET ?', (random.randrange(count),)
            ).fetchone()
            value = row[0]
            if value is None or value in ("", b""):
                continue
            where = " AND ".join(f'"{key}" IS ?' for key in keys)
            cast = "CAST(? AS TEXT)" if isinstance(value, str) else "?"
            statement = f'UPDATE "{table}" SET "{column}" = {cast} WHERE {where}'
            try:
                connection.execute(statement, (_flipped(value, random), *row[1:]))
            except sqlite3.IntegrityError:  # the key of another row
                continue
            return f"{table}.{column}"


def _flipped(value: str | bytes | int, random: Random) -> bytes | int:
    """Return a value with one bit flipped: a whole number as its eight bytes, a text as its bytes."""
    if isinstance(value, int):
        data = value.to_bytes(8, "big", signed=True)
        return int.from_bytes(_flip_bit(data, random), "big", signed=True)
    return _flip_bit(value.encode() if isinstance(value, str) else value, random)


def _flip_bit(data: bytes, random: Random) -> bytes:
    place = random.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << random.randrange(8)]) + data[place + 1 :]


def flip_file(folder: Path, random: Random) -> str:
    """Flip a bit of a file in a folder, drawn, and return its name."""
    path = random.choice(sorted(one for one in folder.rglob("*") if one.is_file() and one.stat().st_size))
    path.chmod(0o600)
    path.write_bytes(_flip_bit(path.read_bytes(), random))
    return f"file {path.name[:8]}"


def try_flip(town: Town, path: Path, files: Path, random: Random, tables: dict[str, list[str]]) -> Flip:
    """Flip one bit in a copy of the town, and let a fire be reported."""
    database = town.database.copy()
    assert isinstance(database, Sqlite)
    with tempfile.TemporaryDirectory(dir=path.parent) as name:
        copy = Path(shutil.copytree(files, Path(name) / "files"))
        try:
            is_file = random.random() < _FILE_SHARE
            where = flip_file(copy, random) if is_file else flip_cell(database.path, random, tables)
            return Flip(where, _report_fire(town, database, copy, where))
        finally:
            database.remove()


def _report_fire(town: Town, database: Sqlite, files: Path, where: str) -> str:
    """Return what is wrong with a fire reported over a damaged database, "" where somebody is paged about it.

    A database whose revision is unknown is refused in a sentence: any other way out might write into a newer one.
    """
    try:
        opened = town.open(database, LocalBlobs(files))
    except AnninhError as refusal:
        return "" if where == _REVISION else f"isn't opened: {type(refusal).__name__}: {refusal}"
    except Exception as error:  # noqa: BLE001  named as a fault
        return f"isn't opened: foreign {type(error).__name__}: {error}"
    with opened.app:
        try:
            statuses, notices = ACTS["emergency"].observe(opened, town, None)
        except Exception as error:  # noqa: BLE001  named as a fault
            return f"foreign {type(error).__name__}: {error}"
    return "" if set(statuses) == {200} and notices else f"webhook {statuses}, {notices} notices"


def main() -> int:
    """Flip, print a line for each fault and one for all; 1 where there is a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.damage.flips", description=__doc__)
    parser.add_argument("--flips", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    random = Random(chosen.seed)
    faults = 0
    tables_hit: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "anninh.db"
        files = Path(name) / "files"
        town = build(Path(name), Sqlite(path))
        town.store_files(LocalBlobs(files))
        tables = list_columns(path)
        for number in range(chosen.flips):
            flip = try_flip(town, path, files, random, tables)
            tables_hit[flip.where.partition(".")[0].partition(" ")[0]] += 1
            if flip.fault:
                faults += 1
                print(f"flip {number} of seed {chosen.seed}, {flip.where}: {flip.fault}", flush=True)  # noqa: T201
    print(f"{chosen.flips} flips in {len(tables_hit)} tables, {faults} faults, seed {chosen.seed}")  # noqa: T201
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
