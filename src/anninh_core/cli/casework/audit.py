"""`anninh audit`: verify and read the journal."""

from gettext import gettext as _

import click

from anninh_core.app import App
from anninh_core.cli.casework.audit_heads import export, heads
from anninh_core.cli.casework.audit_show import build_entry_data, show
from anninh_core.cli.casework.audit_verify import verify
from anninh_core.cli.folder import as_officer
from anninh_core.cli.output import TextTable, echo, echo_json, format_moment, shorten_ref
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.journal.entries import NumberedEntry


@click.group()
def audit() -> None:
    """Verify and read the journal."""


audit.add_command(verify)
audit.add_command(export)
audit.add_command(heads)
audit.add_command(show)


@audit.command()
@click.option("--after", default=0, type=click.IntRange(0), metavar="N", help="Begin after this line.")
@click.option("--about", default="", metavar="KIND:ID", help="A record that was touched.")
@click.option("--actor", default="", metavar="ACTOR", help="Such as `person:<id>`.")
@click.option("--action", default="", metavar="ACTION", help="Such as `tips.triage`; `tips.` takes the whole room.")
@click.option("--limit", default=100, type=click.IntRange(1), show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="For programs, and with whole ids.")
@as_officer
def trail(app: App, me: Actor, *, after: int, about: str, actor: str, action: str, limit: int, as_json: bool) -> None:
    """Show who did what, oldest first."""
    page = app.audit.trail(me, about=about, by=actor, action=action, after=after, limit=limit)
    if as_json:
        echo_json([_build_entry_data(numbered) for numbered in page.items])
    else:
        rows = [_build_entry_row(numbered) for numbered in page.items]
        headings = (_("line"), _("time"), _("action"), _("where, who: what"))
        TextTable(headings=headings, rows=rows, right=(_("line"),), empty=_("No line of the journal fits.")).echo()
    if page.cursor:
        echo(_("There are more; go on with --after {cursor}").format(cursor=page.cursor), err=True)


def _build_entry_row(numbered: NumberedEntry) -> tuple[str, ...]:
    entry = numbered.entry
    touched = [shorten_ref(str(Ref(touched.kind, touched.id))) for touched in entry.touched]
    events = ", ".join((*([entry.outcome] if entry.outcome == "refused" else entry.events), *touched))
    return (
        str(numbered.seq),
        format_moment(entry.at),
        entry.action,
        f"{entry.unit}, {shorten_ref(entry.actor)}: {events}",
    )


def _build_entry_data(numbered: NumberedEntry) -> dict[str, object]:
    """Return a journal entry as data for programs, with the touched records but without their versions, as in earlier
    releases of this command.
    """
    return build_entry_data(numbered) | {
        "touched": [str(Ref(touched.kind, touched.id)) for touched in numbered.entry.touched]
    }
