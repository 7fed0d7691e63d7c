"""A long mixed load: `python -m benchmarks.soak [--minutes 30]`.

A door, a worker and a load generator run beside an officer who reads lists, searches and figures. Once a minute it is
written down how much memory door and worker hold and how old the oldest event and message waiting are. At the end the
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
"""Events a second: well below what a small machine takes, so that a queue that grows means a fault."""

LOOKS = 60
"""At least so many looks in a run."""

FLAT = 1.05
OLD = 5.0
"""Seconds that the oldest event may have waited."""


@frozen
class Look:
    """What was seen at a moment: megabytes, and seconds."""

    door: float
    worker: float
    inbox_age: float
    outbox_age: float
    slowest_read: float


def soak(folder: Path, minutes: float) -> list[Look]:
    """Run the load and return what was seen."""
    with (
        open_town(folder) as app,
        Program("benchmarks.programs.serve", folder) as door,
        Program("benchmarks.programs.work", folder) as worker,
    ):
        url = door.line()
        worker.line()
        reads = cycle(_reads(app))
        looks = []
        with Program("benchmarks.programs.load", url, 8, 60 * minutes, 0, PACE) as load:
            until = monotonic() + 60 * minutes
            while monotonic() < until:
                slowest = _read_for(min(60.0, 60 * minutes / LOOKS), reads)
                looks.append(_look(app, door, worker, slowest))
                click.echo(_line(looks[-1]))
            click.echo(f"webhooks: {dict(load.answer())}")
    return looks


def _reads(app: App) -> Sequence[Callable[[], object]]:
    """Return what an officer looks at."""
    users = UnsafeLocalUsers(app)
    root = app.district.root
    officer = users.appoint("Officer", root, "tip_officer", "report_chief")
    today = local_date(app.internals.context.clock.now())
    return (
        partial(app.tips.list, officer),
        partial(app.tips.list, officer, order="due"),
        partial(app.tips.list, officer, category="fire"),
        partial(_figures, app, officer, today - timedelta(days=365), today),
    )


def _figures(app: App, officer: Actor, start: date, end: date) -> object:
    return app.reports.figures(officer, app.district.root, start, end)


def _read_for(length: float, reads: "cycle[Callable[[], object]]") -> float:
    """Read twice a second for a while; return how long the slowest took, in seconds."""
    until = monotonic() + length
    slowest = 0.0
    while (begun := monotonic()) < until:
        next(reads)()
        slowest = max(slowest, monotonic() - begun)
        sleep(0.5)
    return slowest


def _look(app: App, door: Program, worker: Program, slowest: float) -> Look:
    queues = app.internals.context.storage.queues
    now = app.internals.context.clock.now()
    events = [row.received_at for row in queues.inbox((InboxState.NEW, InboxState.CLAIMED), limit=1)]
    messages = [
        row.due_at
        for row in queues.outbox(
            (OutboxState.READY, OutboxState.WAITING, OutboxState.CLAIMED, OutboxState.STARTED), limit=1
        )
    ]
    return Look(
        door=door.megabytes,
        worker=worker.megabytes,
        inbox_age=max(((now - at).total_seconds() for at in events), default=0.0),
        outbox_age=max(((now - at).total_seconds() for at in messages), default=0.0),
        slowest_read=slowest,
    )


def _line(look: Look) -> str:
    return (
        f"door {look.door:.1f} MB, worker {look.worker:.1f} MB, oldest event {look.inbox_age:.2f} s, "
        f"oldest message {look.outbox_age:.2f} s, slowest read {1000 * look.slowest_read:.0f} ms"
    )


def faults(looks: Sequence[Look]) -> list[str]:
    """Return what grew, in sentences."""
    third = len(looks) // 3
    middle = looks[third : 2 * third]
    last = looks[2 * third :]
    found = []
    for name in ("door", "worker"):
        before, after = (median(getattr(look, name) for look in part) for part in (middle, last))
        if after > before * FLAT:
            found.append(f"the {name}'s memory grows: {before:.1f} MB, then {after:.1f} MB")
    ages = {name: median(getattr(look, name) for look in last) for name in ("inbox_age", "outbox_age")}
    return found + [f"{name} is {age:.1f} s in the last third" for name, age in ages.items() if age > OLD]


@click.command()
@click.option("--minutes", default=30.0, show_default=True, type=click.FloatRange(0.1), help="How long.")
def main(minutes: float) -> None:
    """Run a mixed load for a long time and look whether anything grows."""
    logging.disable(logging.WARNING)
    with TemporaryDirectory(prefix="anninh-soak-", ignore_cleanup_errors=True) as folder:
        found = faults(soak(Path(folder), minutes))
    for fault in found:
        click.echo(fault)
    click.echo("something grows" if found else "flat")
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
