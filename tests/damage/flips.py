"""Flip one bit at a time, anywhere in the town's cells and files: `python -m tests.damage.flips --flips 500`."""

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
from tests.damage.world import Town, build_town
from tests.domain.audit.altered_store import SqliteFile

from anninh_core.kernel.errors import AnninhError
from anninh_storage import LocalBlobs

_FILE_SHARE = 0.05  # the share of flips that are made in files, between 0 and 1
_REVISION = "alembic_version.version_num"
_TABLES = """
    SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%'
"""
"""All tables except the engine's own; of the search index only those that store data."""


@frozen
class Flip:
    """A byte with a flipped bit, and the fault that it caused.

    Attributes:
        where: table and column, or the file.
        fault: the fault; "" if there was none.
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
    """Flip a random bit in a random cell, and return the cell's table and column."""
    with closing(sqlite3.connect(path)) as connection, connection:
        while True:
            table = random.choice([*tables])
            column = random.choice(tables[table])
            keys = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")') if row[5]] or ["rowid"]
            key_columns = ", ".join(f'"{key}"' for key in keys)
            (count,) = connection.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()
            row = connection.execute(
                f'SELECT "{column}", {key_columns} FROM "{table}" LIMIT 1 OFFSET ?', (random.randrange(count),)
            ).fetchone()
            value = row[0]
            if value is None or value in ("", b""):
                continue
            condition = " AND ".join(f'"{key}" IS ?' for key in keys)
            cast = "CAST(? AS TEXT)" if isinstance(value, str) else "?"
            statement = f'UPDATE "{table}" SET "{column}" = {cast} WHERE {condition}'
            try:
                connection.execute(statement, (_flip_value(value, random), *row[1:]))
            except sqlite3.IntegrityError:  # The flipped value is the key of another row.
                continue
            return f"{table}.{column}"


def _flip_value(value: str | bytes | int, random: Random) -> bytes | int:
    """Return `value` with one bit flipped, in the eight bytes of a whole number or in the bytes of a text."""
    if isinstance(value, int):
        data = value.to_bytes(8, "big", signed=True)
        return int.from_bytes(_flip_bit(data, random), "big", signed=True)
    return _flip_bit(value.encode() if isinstance(value, str) else value, random)


def _flip_bit(data: bytes, random: Random) -> bytes:
    place = random.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << random.randrange(8)]) + data[place + 1 :]


def flip_file(folder: Path, random: Random) -> str:
    """Flip a random bit in a random file of a folder, and return the file's name."""
    path = random.choice(sorted(file for file in folder.rglob("*") if file.is_file() and file.stat().st_size))
    path.chmod(0o600)
    path.write_bytes(_flip_bit(path.read_bytes(), random))
    return f"file {path.name[:8]}"


def try_flip(town: Town, path: Path, files: Path, random: Random, tables: dict[str, list[str]]) -> Flip:
    """Flip one bit in a copy of the town, report a fire over it, and return the flip with the fault that it caused."""
    database = town.database.copy()
    assert isinstance(database, SqliteFile)
    with tempfile.TemporaryDirectory(dir=path.parent) as name:
        copy = Path(shutil.copytree(files, Path(name) / "files"))
        try:
            is_file = random.random() < _FILE_SHARE
            place = flip_file(copy, random) if is_file else flip_cell(database.path, random, tables)
            return Flip(place, _report_fire(town, database, copy, place))
        finally:
            database.remove()


def _report_fire(town: Town, database: SqliteFile, files: Path, place: str) -> str:
    """Return the fault of a fire report over a damaged database, or "" if an officer is paged about it.

    A database with an unknown revision has to be refused by an error of this library: otherwise a newer database might
    be written into.
    """
    try:
        opened = town.open(database, LocalBlobs(files))
    except AnninhError as refusal:
        return "" if place == _REVISION else f"isn't opened: {type(refusal).__name__}: {refusal}"
    except Exception as error:  # noqa: BLE001  named as a fault
        return f"isn't opened: foreign {type(error).__name__}: {error}"
    with opened.app:
        try:
            statuses, notices = ACTS["emergency"].observe(opened, town, None)
        except Exception as error:  # noqa: BLE001  named as a fault
            return f"foreign {type(error).__name__}: {error}"
    return "" if set(statuses) == {200} and notices else f"webhook {statuses}, {notices} notices"


def main() -> int:
    """Flip bits, and print a line for each fault and a total; return 1 if there is a fault, else 0."""
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
        town = build_town(Path(name), SqliteFile(path))
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
