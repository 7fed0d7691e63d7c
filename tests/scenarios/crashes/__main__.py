"""The command `python -m tests.scenarios.crashes --moments 500 --engine both`, which runs the long crash test."""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import count
from pathlib import Path
from time import monotonic

from attrs import frozen
from tests.scenarios.crashes.aftermath import LOOKS
from tests.scenarios.crashes.ordeal import (
    ONE_EACH,
    SEVERAL,
    Blow,
    CrashHarness,
    build_kills_at_moments,
    build_kills_at_points,
    run_through_kills,
)
from tests.support.postgres.server import Server

_A_RUN = 50
"""Number of kills in one database before its check; further kills get another, empty database."""


@contextmanager
def _open_database(engine: str, folder: Path) -> Iterator[tuple[str, Server | None]]:
    """Yield the URL of an empty database, and its server if the server can be killed."""
    with Server(in_memory=True) if engine == "postgresql" else nullcontext() as server:
        yield server.create_database() if server else f"sqlite:///{folder / 'anninh.db'}", server


@frozen
class CrashRun:
    """A series of kills in one database, and the programs that run during them."""

    name: str
    programs: Sequence[str]
    blows: Sequence[Blow]

    def find_faults(self, engine: str, seen: Counter[str]) -> list[str]:
        """Execute the run, add to the counters in `seen`, and return the faults found afterwards."""
        with (
            tempfile.TemporaryDirectory() as name,
            _open_database(engine, Path(name)) as (url, server),
            run_through_kills(Path(name), url, self.programs, self.blows, server) as after,
        ):
            seen["kills"] += len(self.blows)
            seen["events"] += after.acknowledged.total()
            seen["sent"] += len(after.undecided)
            seen["unknown"] += sum(row.state == "unknown" for row in after.undecided)
            return [sentence for look in LOOKS for sentence in look(after)]


def _iter_runs(engine: str, moments: int, seed: int) -> Iterator[CrashRun]:
    yield CrashRun("each point", ONE_EACH, build_kills_at_points(CrashHarness.kill_program_at))
    if engine == "postgresql":
        yield CrashRun("the database at each point", ONE_EACH, build_kills_at_points(CrashHarness.kill_database_at))
    for number in count():
        if (left := moments - number * _A_RUN) <= 0:
            return
        yield CrashRun(
            f"moments of seed {seed + number}", SEVERAL, build_kills_at_moments(min(left, _A_RUN), seed + number)
        )


def _run_all(engine: str, runs: Iterable[CrashRun]) -> int:
    """Execute all runs of an engine, print their faults and a summary, and return the number of faults."""
    wrong = 0
    seen = Counter[str]()
    begun = monotonic()
    for run in runs:
        for fault in run.find_faults(engine, seen):
            wrong += 1
            _print_line(f"{engine}, {run.name}: {fault}")
    _print_line(
        f"{engine}: {seen['kills']} kills, {seen['events']} events acknowledged, {seen['sent']} messages, "
        f"{seen['unknown']} of them left to a person, {wrong} faults, {monotonic() - begun:.0f} s"
    )
    return wrong


def _print_line(line: str) -> None:
    print(line, flush=True)  # noqa: T201  a command's answer


def main() -> int:
    """Execute all runs and print a line for each engine; return 1 if there were faults."""
    parser = argparse.ArgumentParser(prog="python -m tests.scenarios.crashes", description=__doc__)
    parser.add_argument("--moments", type=int, default=500, help="random moments for each engine")
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seed", type=int, default=0, help="of the first run; the next ones count up")
    chosen = parser.parse_args()
    engines = ("sqlite", "postgresql") if chosen.engine == "both" else (chosen.engine,)
    return int(sum(_run_all(engine, _iter_runs(engine, chosen.moments, chosen.seed)) for engine in engines) > 0)


if __name__ == "__main__":
    sys.exit(main())
