"""`anninh work` and `anninh tick`: the worker in a process of its own."""

import signal
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from gettext import gettext as _
from importlib import import_module
from threading import Thread
from types import FrameType, MappingProxyType

import click

from anninh_core.app import App
from anninh_core.app.demo_clock import start_demo_clock
from anninh_core.app.gc_tuning import tune_gc
from anninh_core.cli.folder import with_app
from anninh_core.cli.output import echo
from anninh_core.cli.results import output_json_facts, output_rows, output_sentence, with_json_option
from anninh_core.language.catalogue import marked
from anninh_core.worker.worker import StepResult, Worker

JOB_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "poll": marked("polled"),
        "page_officers": marked("paged"),
        "release_held": marked("released"),
        "check_health": marked("watched"),
        "try_access": marked("shut out"),
        "check_duty": marked("unreached"),
        "inspect_officers": marked("unreadable"),
        "retry_failed": marked("taken up"),
        "retry_handlers": marked("handled again"),
        "open_duties": marked("opened"),
        "notify_manual_tasks": marked("tasks"),
        "write_looks": marked("looks"),
        "lapse_disclosures": marked("lapsed"),
        "look_after_drafts": marked("drafts gone"),
        "raise_alarms": marked("alarmed"),
        "tell_quarantined": marked("quarantine told"),
        "destroy_inbox_keys": marked("forgotten"),
        "prune_queues": marked("pruned"),
        "forget_requests": marked("requests forgotten"),
        "purge_expired": marked("purged"),
        "delete_files": marked("files deleted"),
        "release_departed": marked("handed back"),
        "rewrap_keys": marked("rewrapped"),
        "seal_details": marked("sealed"),
        "renew_epochs": marked("epochs"),
        "tell_new_tips": marked("told of tips"),
        "tell_digests": marked("told the day"),
        "warn_of_windows": marked("warned"),
        "carry_out_erasures": marked("erased"),
        "sign_heads": marked("signed"),
        "deliver_heads": marked("delivered"),
        "remind_units": marked("urged"),
        "remind_groups": marked("reminded"),
        "expire_content": marked("expired"),
        "collect": marked("collected"),
        "backfill": marked("caught up"),
        "inspect_groups": marked("looked at"),
    }
)
"""Labels under which `anninh tick` shows the counts of jobs, by job; scripts read the labels."""


def _parse_address(_ctx: click.Context, _param: click.Parameter, value: str | None) -> tuple[str, int] | None:
    """Return host and port of `PORT`, which is on this machine, or `HOST:PORT`; an IPv6 address is in brackets."""
    if value is None:
        return None
    host, _colon, port = value.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise click.BadParameter(
            _("{value!r} names no port; write for instance 9139 or 10.0.0.5:9139").format(value=value)
        )
    return host.removeprefix("[").removesuffix("]") or "127.0.0.1", int(port)


@click.command()
@click.option("--once", is_flag=True, help="End when nothing is left to do now.")
@click.option(
    "--threads",
    default=1,
    type=click.IntRange(1, 64),
    show_default=True,
    metavar="N",
    help="Messages sent at the same time, each to another recipient; not with --once.",
)
@click.option(
    "--metrics",
    metavar="[HOST:]PORT",
    callback=_parse_address,
    help="Give figures for Prometheus at /metrics, and /livez and /readyz, on this port: of this machine, or of HOST.",
)
@with_json_option
@with_app
def work(app: App, once: bool, threads: int, metrics: tuple[str, int] | None) -> None:
    """Process received events and send waiting messages, until SIGINT or SIGTERM.

    A first signal lets sends under way finish and gives the rest back; a second one ends at once. In a demo's folder
    the clock runs on meanwhile.
    """
    if once and metrics:
        raise click.UsageError(_("--once ends at once, so no program could read its metrics; leave out --metrics"))
    if once:
        total = run_until_idle(app.worker)
        app.worker.heartbeat.write_heartbeat()
        words = _("received {received}, reacted to {reacted}, sent {sent}")
        held = "; " + _("{held} wait for their time").format(held=total.held) if total.held else ""
        output_sentence(words + held, received=total.received, reacted=total.reacted, sent=total.sent, held=total.held)
        return
    tune_gc()
    start_demo_clock(app.internals.context.clock)
    with _open_metrics(app, metrics) as url:
        _stop_on_signals(app.worker)
        if url:
            echo(_("figures at {url}").format(url=url), err=True)
        echo(_("working; Ctrl-C ends it once the current messages are sent"), err=True)
        app.worker.run(threads=threads)
    echo(_("stopped"), err=True)
    output_json_facts(stopped=True)


@click.command()
@with_json_option
@with_app
def tick(app: App) -> None:
    """Run the jobs that are due by the clock: urging, reminders, expiries, conversations on hold.

    Platforms that don't call are polled.
    """
    rows = [
        {"job": name, "round": _(JOB_LABELS.get(name, name)), "done": str(count), "count": count}
        for name, count in app.worker.tick().items()
    ]
    output_rows(rows, {"round": _("round"), "done": _("done")}, empty=_("The clock asks for nothing."))


def run_until_idle(worker: Worker) -> StepResult:
    """Run the worker until no work is left to do now, and return the totals."""
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
    # The module is imported by its name, because cli and web must not import each other.
    web = import_module("anninh_core.web")
    metrics_server: AbstractContextManager[str] = web.open_metrics(app, port, host)
    return metrics_server


def _stop_on_signals(worker: Worker) -> None:
    """End the worker gently on a first signal, and at once on a second one."""
    previous_handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def handle_signal(_number: int, _frame: FrameType | None) -> None:
        for number, handler in previous_handlers.items():
            signal.signal(number, handler)
        # The worker is stopped in a thread, because the signal may have come while the main thread holds the lock that
        # `stop` needs.
        Thread(target=worker.stop, daemon=True).start()

    for number in previous_handlers:
        signal.signal(number, handle_signal)
