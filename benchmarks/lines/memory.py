"""Memory of the door and of the worker over many events.

No floor: the numbers themselves count. The door takes every event in over HTTP, then the worker processes all of them
and sends the receipts; the resident size of each process is looked at all the way. "Flat" compares the end with the
moment when half of the events were done.
"""

from collections.abc import Sequence
from pathlib import Path
from time import monotonic, sleep

from anninh_core import App
from benchmarks.measure import CannotRun, Effort, Goal, Result
from benchmarks.processes import Program
from benchmarks.town import open_town

TITLE = "memory of door and worker after many events"
SIZE = Goal(most=120)
FLAT = Goal(most=1.05)
STALLED = 30.0
"""Seconds without progress after which the line gives up."""


def measure(effort: Effort) -> Sequence[Result]:
    """Measure the door first, then the worker."""
    events = effort.choose(20_000, 1_000_000)
    with open_town(effort.folder) as app:
        web = _door(effort.folder, events)
        worker = _worker(effort.folder, app)
    note = f"{events:,} events; caches fill for the first 20,000 or so, which a quick run counts as growth"
    return [*_rows("door", web, note), *_rows("worker", worker, note)]


def _rows(name: str, sizes: Sequence[float], note: str) -> list[Result]:
    growth = sizes[-1] / sizes[len(sizes) // 2]
    return [
        Result(case=f"{name}: most", unit="MB", measured=max(sizes), limit=SIZE, note=note),
        Result(case=f"{name}: end / middle", unit="times", measured=growth, limit=FLAT),
    ]


def _door(folder: Path, events: int) -> list[float]:
    """Return the door's sizes while the events come in."""
    with Program("benchmarks.programs.serve", folder) as door:
        url = door.line()
        sizes = []
        first = 0
        while first < events:
            with Program("benchmarks.programs.load", url, 64, 1.0, first) as load:
                first += int(load.answer()["count"]) + 1
            sizes.append(door.megabytes)
    return sizes


def _worker(folder: Path, app: App) -> list[float]:
    """Return the worker's sizes, twice a second until all is done and sent."""
    sizes: list[float] = []
    left = _left(app)
    moved = monotonic()
    with Program("benchmarks.programs.work", folder) as worker:
        worker.line()
        while left:
            sleep(0.5)
            sizes.append(worker.megabytes)
            before, left = left, _left(app)
            moved = monotonic() if left < before else moved
            if monotonic() - moved > STALLED:
                raise CannotRun(f"the worker stands still with {left} events and messages left")
    return sizes


def _left(app: App) -> int:
    depth = app.internals.context.storage.queues.depth()
    waiting = ("inbox.new", "inbox.claimed", "outbox.ready", "outbox.waiting", "outbox.claimed", "outbox.started")
    return sum(depth.get(name, 0) for name in waiting)
