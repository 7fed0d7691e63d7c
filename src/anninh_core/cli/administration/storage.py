"""`anninh storage`: maintenance of the storage."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from gettext import gettext as _
from itertools import chain

import click

from anninh_core.app import App, Settings
from anninh_core.app.backup.garbage import collect_garbage, find_unused_blobs
from anninh_core.app.storage_upgrade import find_upgrade
from anninh_core.app.storage_upgrade import upgrade_to_newest as upgrade_storage
from anninh_core.cli.folder import as_officer, with_settings
from anninh_core.cli.output import echo
from anninh_core.cli.results import (
    format_value,
    output_each,
    output_json_facts,
    output_rows,
    output_sentence,
    with_json_option,
)
from anninh_core.domain.registry import KINDS
from anninh_core.domain.reports.figures.counter_maintenance import CounterDifference
from anninh_core.domain.reports.views import CounterDrift
from anninh_core.ports.storages.upgrading import Upgrade
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.indexing.queue_names import rename_rows
from anninh_core.usecase.indexing.reindex import ReindexProgress
from anninh_core.usecase.indexing.reindex import reindex as reindex_kinds
from anninh_core.vocabulary.district import District

_MAX_LISTED = 40
"""Greatest number of differences that are listed; all of them are counted."""
_PROGRESS_INTERVAL = 10_000
"""Number of records after which a reindex shows its progress."""


@click.group()
def storage() -> None:
    """Maintain the storage."""


@storage.command()
@click.option("--delete", is_flag=True, help="Remove them.")
@click.option(
    "--hours",
    default=24,
    type=click.IntRange(1),
    show_default=True,
    help="Keep blobs stored within so many hours: a use case stores a blob before a record names it.",
)
@with_json_option
@as_officer
def blobs(app: App, me: Actor, delete: bool, hours: int) -> None:
    """List the blobs that nothing names any more, such as those of purged cases."""
    grace = timedelta(hours=hours)
    if delete:
        removed = collect_garbage(app, me, grace)
        words = _("removed: {blobs} blobs, {unfinished} files that were never finished")
        output_sentence(words, blobs=removed.blobs, unfinished=removed.unfinished)
        return
    digests = find_unused_blobs(app, grace)
    output_each("unused", [{"digest": digest} for digest in digests], "{digest}")
    output_sentence(_("named by nothing: {count} blobs; --delete removes them"), err=True, count=len(digests))


@storage.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@with_json_option
@with_settings
def upgrade(settings: Settings, _district: District, dry_run: bool) -> None:
    """Upgrade the storage to the schema of this version.

    First it shows what each step does and which tables it reads or rewrites. The steps are one act: if it is
    interrupted, the storage stays as it was. Writers wait meanwhile, so stop the other processes before a long upgrade.
    """
    pending_upgrade = find_upgrade(settings)
    if pending_upgrade is not None:
        _print_upgrade(pending_upgrade)
    if dry_run:
        output_sentence(_("Nothing was changed."))
        output_json_facts(changed=False)
        return
    upgrade_storage(settings)
    output_sentence(_("It is up to date."))
    output_json_facts(changed=pending_upgrade is not None and bool(pending_upgrade.steps))


@storage.command()
@click.option("--kind", "names", multiple=True, metavar="KIND", help="Only this kind; may be given more than once.")
@with_json_option
@as_officer
def reindex(app: App, me: Actor, names: Sequence[str]) -> None:
    """Rewrite everything that this version would store differently: new columns, bodies of older schemas, the search
    index.

    Other processes may work meanwhile. After an interruption, the next call continues at the same place.
    """
    if unknown := set(names) - {kind.name for kind in KINDS}:
        problem = _("no kind {unknown}; there are: {kinds}")
        kinds_there = ", ".join(kind.name for kind in KINDS)
        raise click.UsageError(problem.format(unknown=", ".join(sorted(unknown)), kinds=kinds_there))
    kinds = [kind for kind in KINDS if not names or kind.name in names]
    progress_by_kind: dict[str, ReindexProgress] = {}
    queues = () if names else rename_rows(app.internals.runner, me)
    for progress in chain(reindex_kinds(app.internals.runner, me, kinds), queues):
        progress_by_kind[progress.kind] = progress
        if progress.seen % _PROGRESS_INTERVAL == 0:
            echo(_("{kind}: {seen} records seen").format(kind=progress.kind, seen=f"{progress.seen:,}"), err=True)
    output_rows(
        [
            {
                "kind": latest.kind,
                "records": latest.seen,
                "rewritten": latest.rewritten,
                "purged": latest.unreadable or None,
            }
            for latest in progress_by_kind.values()
        ],
        {"kind": _("kind"), "records": _("records"), "rewritten": _("rewritten"), "purged": _("purged")},
        right=("records", "rewritten"),
        empty=_("There are no records."),
    )


@storage.command()
@click.option("--deep", is_flag=True, help="Count all records themselves: takes long, and work goes on meanwhile.")
@click.option("--dry-run", is_flag=True, help="Print faults only; exit code 1 if there are any.")
@with_json_option
@as_officer
def recount(app: App, me: Actor, deep: bool, dry_run: bool) -> None:
    """Compare the months and years of the counters with their days, and correct them."""
    wrong_days = _recount_records(app, me, dry_run=dry_run) if deep else 0
    drifts = app.reports.counter_drifts(me) if dry_run else app.reports.mend_counters(me)
    output_rows(
        [_build_drift_row(drift) for drift in drifts[:_MAX_LISTED]],
        {
            "indicator": _("indicator"),
            "unit": _("unit"),
            "span": _("span"),
            "held": _("held"),
            "days": _("days"),
            "dimensions": _("dimensions"),
        },
        name="sums",
        right=("held", "days"),
        empty=_("Every month and year is the sum of its days."),
    )
    output_json_facts(sums_that_differ=len(drifts), mended=not dry_run)
    if drifts:
        words = _("{count} sums differ.") if dry_run else _("{count} sums were put right.")
        output_sentence(words.format(count=format_value(len(drifts))))
    if dry_run and (wrong_days or drifts):
        click.get_current_context().exit(1)


def _recount_records(app: App, me: Actor, *, dry_run: bool) -> int:
    recount_result = app.reports.recount(me)
    output_rows(
        [_build_difference_row(difference) for difference in recount_result.differences[:_MAX_LISTED]],
        {
            "indicator": _("indicator"),
            "unit": _("unit"),
            "day": _("day"),
            "counted": _("counted"),
            "recounted": _("recounted"),
            "dimensions": _("dimensions"),
        },
        name="days",
        right=("counted", "recounted"),
        empty=_("The counters say what the records say."),
    )
    output_json_facts(days_that_differ=len(recount_result.differences), purged=len(recount_result.unreadable))
    if recount_result.unreadable:
        words = _("{purged} records were purged: what they counted stays, and looks like too much.")
        output_sentence(words, purged=len(recount_result.unreadable))
    if recount_result.correctable_differences and not dry_run:
        app.reports.correct_counters(me, recount_result)
    if recount_result.differences:
        words = (
            _("{days_that_differ} days differ, {correctable} of them are wrong.")
            if dry_run
            else _("{days_that_differ} days differ, {correctable} of them were put right.")
        )
        numbers = len(recount_result.differences), len(recount_result.correctable_differences)
        output_sentence(words, days_that_differ=numbers[0], correctable=numbers[1])
    return len(recount_result.correctable_differences)


def _build_drift_row(drift: CounterDrift) -> Mapping[str, object]:
    span = "-".join(f"{number:02}" for number in (drift.year, drift.month, drift.day) if number)
    row = {"indicator": drift.indicator, "unit": drift.unit, "span": span}
    return {**row, "held": drift.held, "days": drift.days, "dimensions": drift.dims}


def _build_difference_row(difference: CounterDifference) -> Mapping[str, object]:
    row = {"indicator": difference.indicator, "unit": difference.unit, "day": difference.day}
    return {**row, "counted": difference.counted, "recounted": difference.recounted, "dimensions": difference.dims}


def _print_upgrade(upgrade: Upgrade) -> None:
    output_json_facts(storage=upgrade.where, revision=upgrade.found, newest=upgrade.newest, bytes=upgrade.size)
    output_json_facts(
        steps=[
            {"name": step.name, "what": step.what, "reads": step.reads, "rewrites": step.rewrites}
            for step in upgrade.steps
        ]
    )
    if not upgrade.found:
        output_sentence(_("{storage}: there is nothing yet"), storage=upgrade.where)
        return
    words = _("{storage}: revision {revision}, this version works with {newest}; {size} MB")
    size = f"{upgrade.size / 1e6:,.1f}"
    output_sentence(words.format(storage=upgrade.where, revision=upgrade.found, newest=upgrade.newest, size=size))
    for step in upgrade.steps:
        output_sentence(f"{step.name}: {step.what}")
        for table, rows in step.reads.items():
            output_sentence("  " + _("reads {table}: {rows} rows").format(table=table, rows=format_value(rows)))
        for table, rows in step.rewrites.items():
            words = _("rewrites {table}, using twice the room meanwhile: {rows} rows")
            output_sentence("  " + words.format(table=table, rows=format_value(rows)))
    if not upgrade.steps:
        output_sentence(_("There is nothing to do."))
