"""Run the whole damage matrix: `python -m tests.damage --processes 2`."""

import argparse
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from random import Random
from time import monotonic

from tests.damage.acts import ACTS
from tests.damage.matrix import CellResult, Matrix
from tests.damage.rules import EXEMPTIONS, DamagedPart
from tests.damage.world import build_town
from tests.domain.audit.altered_store import Database, PostgresDatabase, SqliteFile
from tests.support.postgres.server import Server


@contextmanager
def empty_database(engine: str, folder: Path) -> Iterator[Database]:
    if engine == "sqlite":
        yield SqliteFile(folder / "anninh.db")
        return
    with Server(in_memory=True) as server:
        yield PostgresDatabase(server, server.create_database())


def _print_line(line: str) -> None:
    print(line, flush=True)  # noqa: T201  a command's answer


def main() -> int:
    """Try the cells of the damage matrix, and print the verdicts and a line for each fault; return 1 if there is a
    fault, else 0.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.damage", description=__doc__)
    parser.add_argument("--kinds", default="", help="only these, with commas; inbox and outbox are among them")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--share", type=float, default=1.0, help="of the cells, drawn by the seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=1)
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)  # Each damage is logged, thousands of times in all, so logging is turned off.
    begun = monotonic()
    with tempfile.TemporaryDirectory() as name, empty_database(chosen.engine, Path(name)) as database:
        matrix = Matrix.of(build_town(Path(name), database))
        every_cell = matrix.cells()
        kinds = set(filter(None, chosen.kinds.split(",")))
        cells = [cell for cell in every_cell if not kinds or cell.damage.kind in kinds]
        cells = Random(chosen.seed).sample(cells, round(len(cells) * chosen.share))
        results = list(_print_faults(matrix.run(cells, chosen.processes)))
    outdated = _find_unused_exemptions(results) if len(cells) == len(every_cell) else []
    for line in (*outdated, *_count_verdicts(results)):
        _print_line(line)
    faults = len(outdated) + sum(bool(result.fault) for result in results)
    _print_line(f"{chosen.engine}: {len(cells)} cells, {faults} faults, {monotonic() - begun:.0f} s")
    return int(faults > 0)


def _print_faults(results: Iterable[CellResult]) -> Iterator[CellResult]:
    """Yield the results, and print each fault at once."""
    for result in results:
        if result.fault:
            _print_line(result.fault)
        yield result


def _find_unused_exemptions(results: Sequence[CellResult]) -> list[str]:
    """Return a sentence for each exemption that no cell needs."""
    return [
        f"{exemption.act} over {exemption.damages} needs no exemption any more: take it out of tests/damage/rules.py"
        for exemption in EXEMPTIONS
        if not any(exemption.covers(result.damage, result.act, result.word) for result in results)
    ]


def _count_verdicts(results: Sequence[CellResult]) -> Iterator[str]:
    """Yield a line for each act and sort of damage, with the number of times that each verdict occurred."""
    counts = Counter((result.act, result.what, result.word) for result in results)
    for act, what in product(ACTS, DamagedPart):
        words = [f"{word} {count}" for (*cell, word), count in sorted(counts.items()) if cell == [act, what]]
        yield f"{act:10} {what:7} {', '.join(words)}"


if __name__ == "__main__":
    sys.exit(main())
