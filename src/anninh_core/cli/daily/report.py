"""`anninh report`: show reports in any format."""

from collections.abc import Iterator
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.language.speaking import find_word
from anninh_core.cli.output import TextTable, echo, echo_json, on_terminal
from anninh_core.domain.reports.views import SubmissionStatus
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import NotFound
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.permissions import Permission

_TEXT = {"csv", "html", "json", "markdown", "text"}


@click.group()
def report() -> None:
    """Look at reports."""


@report.command("list")
@click.option("--obligation", default="", metavar="OBLIGATION", help="One of the profile's obligations.")
@click.option("--year", type=int, metavar="YEAR", help="Year in which it is due.  [default: wherever one was begun]")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def list_(app: App, me: Actor, *, obligation: str, year: int | None, as_json: bool) -> None:
    """Show the state of the reports that units owe."""
    obligation_ids = [app.district.obligation(obligation).id] if obligation else list(app.district.obligations)
    lines = [line for id in obligation_ids for line in _iter_report_lines(app, me, id, year)]
    if as_json:
        echo_json([_build_line_data(*line) for line in lines])
        return
    labels = Labels(app.district, app.internals.runner.permits.name_officer)
    rows = [_build_report_row(labels, *line) for line in lines]
    headings = (_("obligation"), _("year"), _("state"), _("submitted"), _("late"), _("unit"))
    empty = _("No report was begun, or none is due in that year.")
    TextTable(headings=headings, rows=rows, right=(_("late"),), empty=empty).echo()


@report.command()
@click.argument("obligation")
@click.argument("year", type=int)
@click.option(
    "--unit",
    default="",
    metavar="UNIT",
    help="Whose report.  [default: the consolidated one; the authority's own where its superior consolidates]",
)
@click.option("--format", "format_", default="text", metavar="FORMAT", help="text, docx, pdf, html, xlsx, json, csv …")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--out",
    type=click.Path(resolve_path=True, path_type=Path),
    help="File to write, or a folder that it gets its own name in.",
)
@as_officer
def show(
    app: App, me: Actor, *, obligation: str, year: int, unit: str, format_: str, as_json: bool, out: Path | None
) -> None:
    """Show the newest version of a report.

    Name the OBLIGATION and the YEAR in which it is due.
    """
    format_ = "json" if as_json else format_
    if format_ not in _TEXT and out is None and on_terminal():
        raise click.UsageError(
            _("{format} is nothing to read on a terminal; name a file with --out").format(format=format_)
        )
    newest_report = app.reports.newest(me, obligation, year, unit or _find_default_unit(app, obligation))
    file = app.reports.render(me, newest_report.id, "markdown" if format_ == "text" else format_)
    if out is not None:
        path = out / file.name if out.is_dir() else out
        path.write_bytes(file.data)
        words = _("{file}: {size} bytes, report {id} ({state})")
        state = find_word(newest_report.state)
        echo(words.format(file=path, size=f"{len(file.data):,}", id=newest_report.id, state=state))
    elif format_ == "text" and on_terminal():
        _print_markdown(file.data.decode())
    else:
        echo(file.data, nl=False)


def _find_default_unit(app: App, obligation: str) -> str:
    """Return the authority's own unit if its superior consolidates the reports, because the superior's report isn't in
    this storage; else return "" for the consolidated report.
    """
    return (
        "" if app.district.is_within(app.district.obligation(obligation).to, app.district.root) else app.district.root
    )


def _print_markdown(markdown: str) -> None:
    from rich.console import Console  # noqa: PLC0415  a pipe doesn't need it
    from rich.markdown import Markdown  # noqa: PLC0415

    Console().print(Markdown(markdown))


def _iter_report_lines(
    app: App, me: Actor, obligation: str, year: int | None
) -> Iterator[tuple[str, int, SubmissionStatus]]:
    due_obligation = app.district.obligation(obligation)
    years = range(due_obligation.first, min(due_obligation.last, app.internals.context.clock.now().year) + 1)
    for due_year in (
        years if year is None else {year}.intersection(range(due_obligation.first, due_obligation.last + 1))
    ):
        lines = [
            *app.reports.standing(me, obligation, due_year),
            *_iter_consolidated_line(app, me, obligation, due_year),
        ]
        if year or any(line.report for line in lines):
            yield from ((obligation, due_year, line) for line in lines)


def _iter_consolidated_line(app: App, me: Actor, obligation: str, year: int) -> Iterator[SubmissionStatus]:
    to = app.district.obligation(obligation).to
    today = local_date(app.internals.context.clock.now())
    if not app.internals.runner.permits.may(me, Permission.REPORT_READ, to, today).allowed:
        # A commune may read only its own report; a query for the consolidated report would enter a refusal in the
        # journal.
        return
    try:
        newest_report = app.reports.newest(me, obligation, year)
    except NotFound:
        return
    submitted_on = newest_report.signature.submitted_on if newest_report.signature else None
    yield SubmissionStatus(
        unit=newest_report.unit,
        state=newest_report.state,
        report=newest_report.id,
        submitted_on=submitted_on,
        days_late=newest_report.days_late or 0,
    )


def _build_line_data(obligation: str, year: int, line: SubmissionStatus) -> dict[str, object]:
    return {
        "obligation": obligation,
        "year": year,
        "unit": line.unit,
        "state": line.state.value,
        "report": line.report,
        "submitted_on": line.submitted_on and line.submitted_on.isoformat(),
        "days_late": line.days_late,
    }


def _build_report_row(labels: Labels, obligation: str, year: int, line: SubmissionStatus) -> tuple[str, ...]:
    late = ngettext("{days} day", "{days} days", line.days_late).format(days=line.days_late) if line.days_late else ""
    submitted_on = labels.day(line.submitted_on) if line.submitted_on else ""
    return obligation, str(year), labels.state(line.state), submitted_on, late, line.unit
