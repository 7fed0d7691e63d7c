"""`anninh storage`: looking after what is stored."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import click

from anninh_core.app import App, Settings
from anninh_core.app.backup import collect_garbage, find_unused_blobs
from anninh_core.app.storage_upgrade import find_upgrade
from anninh_core.app.storage_upgrade import upgrade as upgrade_storage
from anninh_core.cli.folder import as_officer, with_settings
from anninh_core.cli.output import TextTable, echo
from anninh_core.domain.registry import KINDS
from anninh_core.domain.reports.figures.counter_maintenance import CounterDifference
from anninh_core.domain.reports.views import CounterDrift
from anninh_core.ports.storages.upgrading import Upgrade
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.indexing.reindex import ReindexProgress
from anninh_core.usecase.indexing.reindex import reindex as reindex_kinds
from anninh_core.vocabulary.district import District

_MAX_LISTED = 40
"""Differences listed; the rest is only counted."""
_PROGRESS_INTERVAL = 10_000
"""After so many records a reindex says how far it is."""


@click.group()
def storage() -> None:
    """Look after what is stored."""


@storage.command()
@click.option("--delete", is_flag=True, help="Remove them.")
@click.option(
    "--hours",
    default=24,
    type=click.IntRange(1),
    show_default=True,
    help="Leave alone what was stored in so many hours: a use case stores a blob before it names it.",
)
@as_officer
def blobs(app: App, me: Actor, delete: bool, hours: int) -> None:
    """List the blobs that nothing names any more, such as those of purged cases."""
    grace = timedelta(hours=hours)
    if delete:
        removed = collect_garbage(app, me, grace)
        echo(f"removed: {removed.blobs:,} blobs, {removed.unfinished:,} files that were never finished")
        return
    digests = find_unused_blobs(app, grace)
    for digest in digests:
        echo(digest)
    echo(f"named by nothing: {len(digests):,} blobs; --delete removes them", err=True)


@storage.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@with_settings
def upgrade(settings: Settings, _: District, dry_run: bool) -> None:
    """Bring the storage to the schema of this version.

    Says first what each step does and which tables it reads or writes anew. The steps are one act: whatever breaks it
    off, the storage is as it was before. Writers wait meanwhile, so stop the other processes before a long one.
    """
    pending_upgrade = find_upgrade(settings)
    if pending_upgrade is not None:
        _print_upgrade(pending_upgrade)
    if dry_run:
        echo("Nothing was changed.")
        return
    upgrade_storage(settings)
    echo("It is up to date.")


@storage.command()
@click.option("--kind", "names", multiple=True, metavar="KIND", help="Only this kind; may be given more than once.")
@as_officer
def reindex(app: App, me: Actor, names: Sequence[str]) -> None:
    """Write anew what this version would store differently: new columns, bodies of older schemas, the search index.

    Work goes on meanwhile. Broken off, it goes on where it was when it is called again.
    """
    if unknown := set(names) - {kind.name for kind in KINDS}:
        raise click.UsageError(f"no kind {', '.join(sorted(unknown))}; there are: {', '.join(k.name for k in KINDS)}")
    kinds = [kind for kind in KINDS if not names or kind.name in names]
    progress_by_kind: dict[str, ReindexProgress] = {}
    for progress in reindex_kinds(app.runner, me, kinds):
        progress_by_kind[progress.kind] = progress
        if progress.seen % _PROGRESS_INTERVAL == 0:
            echo(f"{progress.kind}: {progress.seen:,} records seen", err=True)
    rows = [
        (
            latest.kind,
            f"{latest.seen:,}",
            f"{latest.rewritten:,}",
            f"{latest.unreadable:,}" if latest.unreadable else "",
        )
        for latest in progress_by_kind.values()
    ]
    headings = ("kind", "records", "rewritten", "purged")
    TextTable(headings=headings, rows=rows, right=headings[1:3], empty="There are no records.").echo()


@storage.command()
@click.option("--deep", is_flag=True, help="Count all records themselves: takes long, and work goes on meanwhile.")
@click.option("--dry-run", is_flag=True, help="Only say what is wrong; exit code 1 if anything is.")
@as_officer
def recount(app: App, me: Actor, deep: bool, dry_run: bool) -> None:
    """Compare the months and years of the counters with their days, and put them right."""
    wrong_days = _recount_records(app, me, dry_run=dry_run) if deep else 0
    drifts = app.reports.counter_drifts(me) if dry_run else app.reports.mend_counters(me)
    TextTable(
        headings=("indicator", "unit", "span", "held", "days", "dimensions"),
        rows=[_drift_row(drift) for drift in drifts[:_MAX_LISTED]],
        right=("held", "days"),
        empty="Every month and year is the sum of its days.",
    ).echo()
    if drifts:
        echo(f"{len(drifts):,} sums {'differ' if dry_run else 'were put right'}.")
    if dry_run and (wrong_days or drifts):
        click.get_current_context().exit(1)


def _recount_records(app: App, me: Actor, *, dry_run: bool) -> int:
    recount_result = app.reports.recount(me)
    TextTable(
        headings=("indicator", "unit", "day", "counted", "recounted", "dimensions"),
        rows=[_difference_row(difference) for difference in recount_result.differences[:_MAX_LISTED]],
        right=("counted", "recounted"),
        empty="The counters say what the records say.",
    ).echo()
    if recount_result.unreadable:
        echo(
            f"{len(recount_result.unreadable):,} records were purged: what they counted stays, and looks like too much."
        )
    if recount_result.correctable and not dry_run:
        app.reports.correct_counters(me, recount_result)
    if recount_result.differences:
        outcome = "are wrong" if dry_run else "were put right"
        echo(f"{len(recount_result.differences):,} days differ, {len(recount_result.correctable):,} of them {outcome}.")
    return len(recount_result.correctable)


def _drift_row(one: CounterDrift) -> tuple[str, ...]:
    span = "-".join(f"{number:02}" for number in (one.year, one.month, one.day) if number)
    return one.indicator, one.unit, span, f"{one.held:,}", f"{one.days:,}", one.dims


def _difference_row(one: CounterDifference) -> tuple[str, ...]:
    return one.indicator, one.unit, str(one.day), f"{one.counted:,}", f"{one.recounted:,}", one.dims


def _print_upgrade(upgrade: Upgrade) -> None:
    if not upgrade.found:
        echo(f"{upgrade.where}: there is nothing yet")
        return
    size = f"{upgrade.size / 1e6:,.1f} MB"
    echo(f"{upgrade.where}: revision {upgrade.found}, this version works with {upgrade.newest}; {size}")
    for step in upgrade.steps:
        echo(f"{step.name}: {step.what}")
        for line in (
            *_table_lines("reads", step.reads),
            *_table_lines("writes anew, twice the room meanwhile,", step.rewrites),
        ):
            echo(f"  {line}")
    if not upgrade.steps:
        echo("There is nothing to do.")


def _table_lines(verb: str, tables: Mapping[str, int]) -> Iterator[str]:
    yield from (f"{verb} {table}: {rows:,} rows" for table, rows in tables.items())
