"""Memory of the web server and of the worker over many events.

There is no floor: the numbers themselves count. The web server receives every event over HTTP, then the worker
processes all of them and sends the receipts; the resident size of each process is sampled throughout. "Flat" compares
the end with the moment when half of the events were done.
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
    """Measure the memory of the web server first, then the worker's."""
    events = effort.choose(20_000, 1_000_000)
    with open_town(effort.folder) as app:
        web = _measure_web_server(effort.folder, events)
        worker = _measure_worker(effort.folder, app)
    note = f"{events:,} events; caches fill for the first 20,000 or so, which a quick run counts as growth"
    return [*_build_results("door", web, note), *_build_results("worker", worker, note)]


def _build_results(name: str, sizes: Sequence[float], note: str) -> list[Result]:
    growth = sizes[-1] / sizes[len(sizes) // 2]
    return [
        Result(case=f"{name}: most", unit="MB", measured=max(sizes), limit=SIZE, note=note),
        Result(case=f"{name}: end / middle", unit="times", measured=growth, limit=FLAT),
    ]


def _measure_web_server(folder: Path, events: int) -> list[float]:
    """Return the web server's resident sizes while the events arrive."""
    with Program("benchmarks.programs.serve", folder) as door:
        url = door.read_line()
        sizes = []
        first = 0
        while first < events:
            with Program("benchmarks.programs.load", url, 64, 1.0, first) as load:
                first += int(load.answer()["count"]) + 1
            sizes.append(door.megabytes)
    return sizes


def _measure_worker(folder: Path, app: App) -> list[float]:
    """Return the worker's resident sizes, sampled twice a second until all events are processed and all messages
    sent.
    """
    sizes: list[float] = []
    unfinished = _count_unfinished(app)
    progressed_at = monotonic()
    with Program("benchmarks.programs.work", folder) as worker:
        worker.read_line()
        while unfinished:
            sleep(0.5)
            sizes.append(worker.megabytes)
            before, unfinished = unfinished, _count_unfinished(app)
            progressed_at = monotonic() if unfinished < before else progressed_at
            if monotonic() - progressed_at > STALLED:
                raise CannotRun(f"the worker stands still with {unfinished} events and messages left")
    return sizes


def _count_unfinished(app: App) -> int:
    depth = app.internals.context.storage.queues.depth()
    waiting = ("inbox.new", "inbox.claimed", "outbox.ready", "outbox.waiting", "outbox.claimed", "outbox.started")
    return sum(depth.get(name, 0) for name in waiting)
