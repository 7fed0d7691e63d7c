"""A long mixed load, started by `python -m benchmarks.soak [--minutes 30]`.

A web server, a worker and a load generator run together with an officer who reads lists and figures. Once a minute a
sample records the memory of web server and worker, and the age of the oldest waiting event and message. At the end the
last third is compared with the middle one: neither memory nor age may grow.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import click
from attrs import frozen

from anninh_core import Actor, App
from anninh_core.kernel.dates import local_date
from anninh_core.ports.storages.queues import InboxState, OutboxState
from anninh_core.testing.local_users import UnsafeLocalUsers
from benchmarks.processes import Program
from benchmarks.town import open_town

PACE = 50
"""Events a second: far below the capacity of a small machine, so that a growing queue means a fault."""

LOOKS = 60
"""Minimum number of samples in a run."""

FLAT = 1.05
OLD = 5.0
"""Maximum age in seconds of the oldest waiting event."""


@frozen
class Sample:
    """One sample of a run: memory in megabytes; ages and the slowest read in seconds."""

    door: float
    worker: float
    inbox_age: float
    outbox_age: float
    slowest_read: float


def run_load(folder: Path, minutes: float) -> list[Sample]:
    """Run the load, and return the samples."""
    with (
        open_town(folder) as app,
        Program("benchmarks.programs.serve", folder) as door,
        Program("benchmarks.programs.work", folder) as worker,
    ):
        url = door.read_line()
        worker.read_line()
        reads = cycle(_list_queries(app))
        samples = []
        with Program("benchmarks.programs.load", url, 8, 60 * minutes, 0, PACE) as load:
            until = monotonic() + 60 * minutes
            while monotonic() < until:
                slowest = _run_queries_for(min(60.0, 60 * minutes / LOOKS), reads)
                samples.append(_take_sample(app, door, worker, slowest))
                click.echo(_format_sample(samples[-1]))
            click.echo(f"webhooks: {dict(load.answer())}")
    return samples


def _list_queries(app: App) -> Sequence[Callable[[], object]]:
    """Return the queries that an officer runs during the load."""
    users = UnsafeLocalUsers(app)
    root = app.district.root
    officer = users.appoint("Officer", root, "tip_officer", "report_chief")
    today = local_date(app.internals.context.clock.now())
    return (
        partial(app.tips.list, officer),
        partial(app.tips.list, officer, order="due"),
        partial(app.tips.list, officer, category="fire"),
        partial(_read_figures, app, officer, today - timedelta(days=365), today),
    )


def _read_figures(app: App, officer: Actor, start: date, end: date) -> object:
    return app.reports.figures(officer, app.district.root, start, end)


def _run_queries_for(length: float, reads: "cycle[Callable[[], object]]") -> float:
    """Query twice a second for `length` seconds; return the duration of the slowest query in seconds."""
    until = monotonic() + length
    slowest = 0.0
    while (begun := monotonic()) < until:
        next(reads)()
        slowest = max(slowest, monotonic() - begun)
        sleep(0.5)
    return slowest


def _take_sample(app: App, door: Program, worker: Program, slowest: float) -> Sample:
    queues = app.internals.context.storage.queues
    now = app.internals.context.clock.now()
    events = [row.received_at for row in queues.inbox((InboxState.NEW, InboxState.CLAIMED), limit=1)]
    messages = [
        row.due_at
        for row in queues.outbox(
            (OutboxState.READY, OutboxState.WAITING, OutboxState.CLAIMED, OutboxState.STARTED), limit=1
        )
    ]
    return Sample(
        door=door.megabytes,
        worker=worker.megabytes,
        inbox_age=max(((now - at).total_seconds() for at in events), default=0.0),
        outbox_age=max(((now - at).total_seconds() for at in messages), default=0.0),
        slowest_read=slowest,
    )


def _format_sample(sample: Sample) -> str:
    return (
        f"door {sample.door:.1f} MB, worker {sample.worker:.1f} MB, oldest event {sample.inbox_age:.2f} s, "
        f"oldest message {sample.outbox_age:.2f} s, slowest read {1000 * sample.slowest_read:.0f} ms"
    )


def find_growth(samples: Sequence[Sample]) -> list[str]:
    """Return a sentence for each value that grew during the run."""
    third = len(samples) // 3
    middle = samples[third : 2 * third]
    last = samples[2 * third :]
    sentences = []
    for name in ("door", "worker"):
        before, after = (median(getattr(sample, name) for sample in part) for part in (middle, last))
        if after > before * FLAT:
            sentences.append(f"the {name}'s memory grows: {before:.1f} MB, then {after:.1f} MB")
    ages = {name: median(getattr(sample, name) for sample in last) for name in ("inbox_age", "outbox_age")}
    return sentences + [f"{name} is {age:.1f} s in the last third" for name, age in ages.items() if age > OLD]


@click.command()
@click.option("--minutes", default=30.0, show_default=True, type=click.FloatRange(0.1), help="How long.")
def main(minutes: float) -> None:
    """Run a mixed load for a long time, and check that neither memory nor waiting times grow."""
    logging.disable(logging.WARNING)
    with TemporaryDirectory(prefix="anninh-soak-", ignore_cleanup_errors=True) as folder:
        sentences = find_growth(run_load(Path(folder), minutes))
    for fault in sentences:
        click.echo(fault)
    click.echo("something grows" if sentences else "flat")
    raise SystemExit(bool(sentences))


if __name__ == "__main__":
    main()
