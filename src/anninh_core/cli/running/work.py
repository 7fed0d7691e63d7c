"""`anninh work` and `anninh tick`: the worker in a process of its own."""

import signal
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from threading import Thread
from types import FrameType, MappingProxyType

import click

from anninh_core.app import App
from anninh_core.app.gc_tuning import tune_gc
from anninh_core.cli.folder import with_app
from anninh_core.cli.output import TextTable, echo
from anninh_core.worker import StepResult, Worker

JOB_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "poll": "polled",
        "page_officers": "paged",
        "release_held": "released",
        "check_health": "watched",
        "retry_failed": "taken up",
        "open_duties": "opened",
        "notify_manual_tasks": "tasks",
        "write_looks": "looks",
        "lapse_disclosures": "lapsed",
        "raise_alarms": "alarmed",
        "destroy_inbox_keys": "forgotten",
        "prune_queues": "pruned",
        "forget_requests": "requests forgotten",
        "purge_expired": "purged",
        "delete_files": "files deleted",
        "release_departed": "handed back",
        "rewrap_keys": "rewrapped",
        "seal_details": "sealed",
        "renew_epochs": "epochs",
        "tell_new_tips": "told of tips",
        "tell_digests": "told the day",
        "warn_of_windows": "warned",
        "carry_out_erasures": "erased",
        "sign_heads": "signed",
        "deliver_heads": "delivered",
        "remind_units": "urged",
        "remind_groups": "reminded",
        "expire_content": "expired",
        "backfill": "caught up",
        "inspect_groups": "looked at",
    }
)
"""Job -> the word under which `anninh tick` has always shown what it did: scripts read it."""


def _parse_address(_ctx: click.Context, _param: click.Parameter, value: str | None) -> tuple[str, int] | None:
    """Return host and port of `PORT`, which is of this machine, or `HOST:PORT`; an IPv6 address stands in brackets."""
    if value is None:
        return None
    host, _, port = value.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise click.BadParameter(f"{value!r} names no port; write for instance 9139 or 10.0.0.5:9139")
    return host.removeprefix("[").removesuffix("]") or "127.0.0.1", int(port)


@click.command()
@click.option("--once", is_flag=True, help="End when nothing is left to do now.")
@click.option(
    "--threads",
    default=1,
    type=click.IntRange(1, 64),
    show_default=True,
    metavar="N",
    help="Messages sent side by side, each to somebody else; not with --once.",
)
@click.option(
    "--metrics",
    metavar="[HOST:]PORT",
    callback=_parse_address,
    help="Give figures for Prometheus at /metrics, and /livez and /readyz, on this port: of this machine, or of HOST.",
)
@with_app
def work(app: App, once: bool, threads: int, metrics: tuple[str, int] | None) -> None:
    """Process what has come and send what must go, until SIGINT or SIGTERM.

    A first signal lets sends under way finish and gives the rest back; a second one ends at once.
    """
    if once and metrics:
        raise click.UsageError("--once ends at once, and nobody could ask for its figures; leave --metrics out")
    if once:
        total = drain(app.worker)
        held_note = f"; {total.held} wait for their time" if total.held else ""
        echo(f"received {total.received}, reacted to {total.reacted}, sent {total.sent}{held_note}")
        return
    tune_gc()
    with _open_metrics(app, metrics) as url:
        _stop_on_signals(app.worker)
        if url:
            echo(f"figures at {url}", err=True)
        echo("working; Ctrl-C ends it once what is being sent has left", err=True)
        app.worker.run(threads=threads)
    echo("stopped", err=True)


@click.command()
@with_app
def tick(app: App) -> None:
    """Run what is due by the clock: urging, reminders, expiries, conversations on hold.

    Platforms that don't call are asked for what came.
    """
    rows = [(JOB_LABELS.get(name, name), str(count)) for name, count in app.worker.tick().items()]
    TextTable(headings=("round", "done"), rows=rows, empty="The clock asks for nothing.").echo()


def drain(worker: Worker) -> StepResult:
    """Work until nothing is left to do now and return all that was moved."""
    total = StepResult(0, 0, 0)
    while not (step := worker.step()).is_idle:
        total = StepResult(
            total.received + step.received, total.reacted + step.reacted, total.sent + step.sent, total.held + step.held
        )
    return total


def _open_metrics(app: App, metrics: tuple[str, int] | None) -> AbstractContextManager[str]:
    if metrics is None:
        return nullcontext("")
    host, port = metrics
    web = import_module("anninh_core.web")  # by name: cli and web must not import each other
    metrics_server: AbstractContextManager[str] = web.open_metrics(app, port, host)
    return metrics_server


def _stop_on_signals(worker: Worker) -> None:
    """Let a first signal end the worker gently, and a second one at once."""
    previous_handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number, handler in previous_handlers.items():
            signal.signal(number, handler)
        # In a thread: the signal may have come while this one holds the lock that `stop` needs.
        Thread(target=worker.stop, daemon=True).start()

    for number in previous_handlers:
        signal.signal(number, stop)
