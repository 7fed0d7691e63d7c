"""`anninh watch`: report faults, for cron or a timer of systemd, whatever else is down."""

import json
import re
import socket
from collections.abc import Mapping, Sequence
from contextlib import chdir
from datetime import datetime
from functools import partial
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import Settings, load_settings
from anninh_core.app.bootstrap.couriers import build_couriers
from anninh_core.app.doctor.questions import describe_failed_check
from anninh_core.app.watchdog.inspection import inspect
from anninh_core.app.watchdog.memory import FaultReport, MemoryFile, ReportKind
from anninh_core.app.watchdog.reporting import OUTPUT, Deliver, Delivery, build_courier_delivery, deliver_due_reports
from anninh_core.cli.language.phrasing import translate_check_name, translate_error, translate_sentence
from anninh_core.cli.options import at_option
from anninh_core.cli.output import echo
from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.dates import short_moment
from anninh_core.kernel.errors import AnninhError, ConfigurationError
from anninh_core.kernel.hidden import escape_hidden
from anninh_core.language.catalogue import marked
from anninh_core.plugins import Plugins
from anninh_core.ports.health import Check, Level

WRONG = 3
"""Exit code if something is wrong."""

UNREPORTED = 4
"""Exit code if a report was due and a channel didn't take it."""

_HEADINGS: Mapping[ReportKind, str] = {
    ReportKind.FAULT: marked("anninh {name}: {count} wrong: {faults}"),
    ReportKind.REMINDER: marked("anninh {name}: still {count} wrong: {faults}"),
    ReportKind.ALL_CLEAR: marked("anninh {name}: all is well again"),
}
_NO_FILE_NAME = re.compile(r"[^a-z0-9]+")
_EXPECTED_ERRORS = (AnninhError, ConfigurationError, OSError)


@click.command()
@at_option
@click.option("--mail", is_flag=True, help="Report by the couriers of [watch] in the settings: each fault once.")
@click.option("--changes", is_flag=True, help="Print only what has to be reported: cron mails the output.")
@click.option("--test", is_flag=True, help="Send a trial report by each courier, and look at nothing.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def watch(at: Path, mail: bool, changes: bool, test: bool, as_json: bool) -> None:
    """Check whether worker, messengers, duty phones, storage and disk are well.

    It needs neither the worker nor a messenger nor the keys. A fault is reported once, again after `remind_hours` of
    the settings, and once more when all is well. Exit code 0 if all is well, 3 if something is wrong, 4 if a report was
    not taken.
    """
    try:
        settings = load_settings(at)
    except _EXPECTED_ERRORS as error:
        _print_faults([describe_failed_check("settings", error)], as_json=as_json)
        raise click.exceptions.Exit(WRONG) from None
    with chdir(at):
        code = _send_trial(settings) if test else _run_checks(settings, mail=mail, changes=changes, as_json=as_json)
    raise click.exceptions.Exit(code)


def _run_checks(settings: Settings, *, mail: bool, changes: bool, as_json: bool) -> int:
    now, checks = inspect(settings)
    faults = [check for check in checks if check.level is Level.PROBLEM]
    if not changes:
        _print_faults(checks, as_json=as_json)
    deliveries = _deliver_reports(settings, faults, now, mail=mail, changes=changes) if mail or changes else ()
    for delivery in deliveries:
        if delivery.failed:
            echo(
                _("{channel} didn't take the report: {reason}").format(
                    channel=delivery.channel, reason=translate_sentence(delivery.failed)
                ),
                err=True,
            )
    if any(delivery.failed for delivery in deliveries):
        return UNREPORTED
    return WRONG if faults else 0


def _deliver_reports(
    settings: Settings, faults: Sequence[Check], now: datetime, *, mail: bool, changes: bool
) -> tuple[Delivery, ...]:
    channels: dict[str, Deliver] = {}
    render = partial(_render_report, name=_find_authority_name(settings), now=now)
    if mail:
        couriers = build_couriers(Plugins(settings.plugins), settings.watch.couriers)
        if not couriers:
            raise ConfigurationError(
                "The settings name no courier to send reports through: add [watch.couriers.NAME], as "
                "docs/howto/watch_it.md explains."
            )
        channels |= {
            name: build_courier_delivery(courier, _choose_file_name(settings), render)
            for name, courier in couriers.items()
        }
    if changes:
        channels[OUTPUT] = lambda report: echo(render(report))
    file = MemoryFile(Path(settings.watch.memory))
    memory, deliveries = deliver_due_reports(file.read(), channels, faults, now, settings.watch.remind_after)
    try:
        file.write(memory)
    except OSError as error:
        echo(
            _("The reported problems can't be stored, and are reported again: {reason}").format(reason=error.strerror),
            err=True,
        )
    return deliveries


def _send_trial(settings: Settings) -> int:
    """Send a trial by each courier; return the exit code."""
    couriers = build_couriers(Plugins(settings.plugins), settings.watch.couriers)
    if not couriers:
        raise ConfigurationError(
            "The settings name no courier to send reports through: add [watch.couriers.NAME], as "
            "docs/howto/watch_it.md explains."
        )
    heading = _("anninh {name}: a trial, nothing is wrong").format(name=_find_authority_name(settings))
    text = "\n".join((heading, "", _build_footer(SystemClock().now()), ""))
    failed = False
    for name, courier in couriers.items():
        try:
            courier.deliver(_choose_file_name(settings), text.encode())
        except AnninhError as error:
            failed = True
            reason = translate_error(error)
            echo(_("{channel} didn't take the report: {reason}").format(channel=name, reason=reason), err=True)
        else:
            echo(_("{channel} took the trial; see that it arrives.").format(channel=name))
    return UNREPORTED if failed else 0


def _print_faults(checks: Sequence[Check], *, as_json: bool) -> None:
    """Print the faults, or that all is well."""
    if as_json:
        data = [
            {"name": check.name, "level": check.level.value, "what": check.what, "todo": check.todo} for check in checks
        ]
        echo(escape_hidden(json.dumps(data, ensure_ascii=False, indent=2)))
        return
    wrong = [check for check in checks if check.level is not Level.OK]
    for check in wrong:
        echo(_format_check(check))
    if not wrong:
        echo(_("All is well."))


def _render_report(report: FaultReport, *, name: str, now: datetime) -> str:
    """Return a report as a text with a summary in its first line, for the lock screen of a telephone."""
    heading = _(_HEADINGS[report.kind]).format(
        name=name,
        count=len(report.faults),
        faults=", ".join(translate_check_name(fault.name) for fault, _since in report.faults),
    )
    lines = [heading, ""]
    for fault, since in report.faults:
        mark = _("new") if fault.name in report.new else _("since {time}").format(time=short_moment(since))
        lines += [f"- {_format_check(fault)} ({mark})"]
    return "\n".join((*lines, "", _build_footer(now), ""))


def _format_check(check: Check) -> str:
    return " ".join(
        (f"{translate_check_name(check.name)}:", translate_sentence(check.what), translate_sentence(check.todo))
    ).strip()


def _build_footer(now: datetime) -> str:
    return ", ".join((socket.gethostname(), str(Path.cwd()), short_moment(now)))


def _find_authority_name(settings: Settings) -> str:
    return Path(settings.profile).stem


def _choose_file_name(settings: Settings) -> str:
    return f"{_NO_FILE_NAME.sub('-', _find_authority_name(settings).lower()).strip('-')}.watch.txt"
