"""The whole damage matrix: `python -m tests.damage --processes 2`."""

import argparse
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from random import Random
from time import monotonic

from tests.damage.acts import ACTS
from tests.damage.matrix import Matrix
from tests.damage.rules import What
from tests.damage.world import build
from tests.domain.audit.altered_store import Database, Postgres, Sqlite
from tests.support.postgres.server import Server


@contextmanager
def empty_database(engine: str, folder: Path) -> Iterator[Database]:
    """Give an empty database."""
    if engine == "sqlite":
        yield Sqlite(folder / "anninh.db")
        return
    with Server(in_memory=True) as server:
        yield Postgres(server, server.database())


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  a command's answer


def main() -> int:
    """Try the cells, print the table and a line for each fault; 1 where there is one."""
    parser = argparse.ArgumentParser(prog="python -m tests.damage", description=__doc__)
    parser.add_argument("--kinds", default="", help="only these, with commas; inbox and outbox are among them")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--share", type=float, default=1.0, help="of the cells, drawn by the seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=1)
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)  # what is damaged is logged, thousands of times
    begun = monotonic()
    seen: Counter[tuple[str, What, str]] = Counter()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as name, empty_database(chosen.engine, Path(name)) as database:
        matrix = Matrix.of(build(Path(name), database))
        cells = matrix.cells(tuple(filter(None, chosen.kinds.split(","))))
        if chosen.share < 1:
            cells = Random(chosen.seed).sample(cells, round(len(cells) * chosen.share))
        for result in matrix.run(cells, chosen.processes):
            seen[result.act, result.what, result.word] += 1
            if result.fault:
                faults.append(result.fault)
                _say(result.fault)
    for act, what in product(ACTS, What):
        words = [f"{word} {count}" for (*cell, word), count in sorted(seen.items()) if cell == [act, what]]
        _say(f"{act:10} {what:7} {', '.join(words)}")
    _say(f"{chosen.engine}: {len(cells)} cells, {len(faults)} faults, {monotonic() - begun:.0f} s")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
