"""The command `anninh audit show`: journal entries as a table, CSV or JSON lines, also the entries about one record."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from gettext import gettext as _
from typing import Literal

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.language.speaking import find_output_language
from anninh_core.cli.output import (
    TextTable,
    echo,
    echo_json,
    format_iso,
    format_moment,
    make_printable,
    shorten_ref,
    to_json,
)
from anninh_core.kernel.dates import VIETNAM
from anninh_core.language.labels import get_label
from anninh_core.ports.storages.changes import Entry
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.journal.entries import NumberedEntry
from anninh_core.vocabulary.district import District
from anninh_core.workflows.labels import name_action

_COLUMNS = ("line", "at", "actor", "action", "unit", "outcome", "events", "touched", "named", "facts")
_MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@click.command()
@click.argument("about", default="", metavar="[KIND:ID]")
@click.option("--officer", "by_officer", default="", metavar="OFFICER", help="Only what this officer did or saw.")
@click.option("--actor", default="", metavar="ACTOR", help="The same for any actor, such as `system:router`.")
@click.option("--action", default="", metavar="ACTION", help="Such as `tips.triage`; `tips.` takes the whole room.")
@click.option("--unit", default="", metavar="UNIT", help="This unit and all below it.")
@click.option("--outcome", type=click.Choice(["done", "read", "refused"]), help="Only acts that ended so.")
@click.option("--since", type=_MOMENT, metavar="TIME", help="From this day, or minute, in Vietnam.")
@click.option("--until", type=_MOMENT, metavar="TIME", help="Before this day, or minute, in Vietnam.")
@click.option("--after", default=0, type=click.IntRange(0), metavar="N", help="Begin after this line.")
@click.option("--limit", default=100, type=click.IntRange(1), show_default=True, help="At most so many.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "jsonl"]), default="table", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format jsonl, but one list.")
@as_officer
def show(
    app: App,
    me: Actor,
    *,
    about: str,
    by_officer: str,
    actor: str,
    action: str,
    unit: str,
    outcome: Literal["done", "read", "refused"] | None,
    since: datetime | None,
    until: datetime | None,
    after: int,
    limit: int,
    form: str,
    as_json: bool,
) -> None:
    """Show who did, saw or was refused what, oldest first.

    With KIND:ID, such as `tip:017c0f2e-…`, the story of that record: everybody who changed it, was shown it, or asked
    for it in vain.
    """
    page = app.audit.trail(
        me,
        about=about,
        by=f"person:{by_officer}" if by_officer else actor,
        action=action,
        unit=unit,
        outcome=outcome or "",
        since=_set_vietnam_zone(since),
        until=_set_vietnam_zone(until),
        after=after,
        limit=limit,
    )
    if as_json:
        echo_json([build_entry_data(numbered) for numbered in page.items])
    else:
        _FORMS[form](page.items, about, app.district)
    if page.cursor:
        echo(_("There are more; go on with --after {cursor}").format(cursor=page.cursor), err=True)


def _set_vietnam_zone(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=VIETNAM)


def _echo_table(entries: Sequence[NumberedEntry], about: str, district: District) -> None:
    rows = [_build_row(numbered, about, district) for numbered in entries]
    headings = (_("line"), _("time"), _("who"), _("what"))
    TextTable(headings=headings, rows=rows, right=(_("line"),), empty=_("No line of the journal fits.")).echo()


def _build_row(numbered: NumberedEntry, about: str, district: District) -> tuple[str, ...]:
    entry = numbered.entry
    act = name_action(entry.action, district, find_output_language())
    parts = [act, *_iter_details(entry, about)]
    return str(numbered.seq), format_moment(entry.at), shorten_ref(entry.actor), "; ".join(parts)


def _iter_details(entry: Entry, about: str) -> Iterator[str]:
    """Yield the texts that the table shows after an entry's act: the versions of the record `about`, or else the first
    record and the number of other records.
    """
    if entry.outcome != "done":
        yield get_label(entry.outcome, "act_outcome", find_output_language()).lower()
    if repeats := entry.facts.get("repeats"):
        yield f"×{repeats}"
    versions = [f"@{touched.version}" for touched in entry.touched if f"{touched.kind}:{touched.id}" == about]
    versions += ["@" + name.rpartition("@")[2] for name in entry.named if name.rpartition("@")[0] == about]
    if about:
        yield from versions
    else:
        refs = [*(f"{touched.kind}:{touched.id}" for touched in entry.touched), *entry.named]
        yield from [shorten_ref(refs[0]), f"+{len(refs) - 1}"][: len(refs)]
    yield entry.unit


def build_entry_data(numbered: NumberedEntry) -> dict[str, object]:
    """Return a journal entry as data for programs, with the versions of the records that it touched."""
    entry = numbered.entry
    return {
        "line": numbered.seq,
        "at": format_iso(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "unit": entry.unit,
        "outcome": entry.outcome,
        "events": list(entry.events),
        "touched": [f"{touched.kind}:{touched.id}@{touched.version}" for touched in entry.touched],
        "named": list(entry.named),
        "facts": dict(entry.facts),
    }


def _echo_json_lines(entries: Sequence[NumberedEntry], _about: str, _district: District) -> None:
    for numbered in entries:
        echo(to_json(build_entry_data(numbered)))


def _echo_csv(entries: Sequence[NumberedEntry], _about: str, _district: District) -> None:
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(_COLUMNS)
    writer.writerows(
        [[_escape_csv_cell(value) for value in build_entry_data(numbered).values()] for numbered in entries]
    )
    echo(lines.getvalue(), nl=False)


def _escape_csv_cell(value: object) -> str:
    """Return a CSV cell, with an apostrophe in front if a spreadsheet would take the text for a formula."""
    if isinstance(value, dict):
        value = [f"{name}={inner}" for name, inner in value.items()]
    text = make_printable(" ".join(map(str, value)) if isinstance(value, list) else str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


_FORMS: dict[str, Callable[[Sequence[NumberedEntry], str, District], None]] = {
    "table": _echo_table,
    "csv": _echo_csv,
    "jsonl": _echo_json_lines,
}
