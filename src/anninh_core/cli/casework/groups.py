"""`anninh groups`: show the official groups, and write the public directory."""

from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App
from anninh_core.cli.daily.groups import OWN
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.folder import as_officer
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.options import FILE
from anninh_core.cli.output import TextTable, echo_json
from anninh_core.cli.results import output_sentence, with_json_option
from anninh_core.domain.groups.model import Group
from anninh_core.domain.groups.states import GroupState
from anninh_core.domain.groups.views import DirectoryEntry
from anninh_core.formatters.html.directory import DirectoryLine, build_directory_html, build_directory_json
from anninh_core.language.catalogue import marked
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.district import District

groups = NounGroup("groups", help=marked("Look at the official groups."), own=OWN)


@groups.command("list")
@click.option("--unit", default="", metavar="UNIT", help="This unit and all below it.")
@click.option(
    "--state", type=click.Choice([state.value for state in GroupState]), metavar="STATE", help="Such as `active`."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def list_(app: App, me: Actor, unit: str, state: str | None, as_json: bool) -> None:
    """List the groups in the order of the tree."""
    listed_groups = app.groups.list(me, unit=unit, state=GroupState(state) if state else None)
    if as_json:
        echo_json([_build_group_data(group) for group in listed_groups])
        return
    labels = Labels(app.district, app.internals.runner.permits.name_officer)
    rows = [
        (
            g.unit,
            labels.state(g.state),
            g.address.messenger if g.address else "",
            _format_number(g.members),
            str(len(g.seats)),
            g.title,
        )
        for g in listed_groups
    ]
    numbers = _("members"), _("board")
    headings = (_("unit"), _("state"), _("messenger"), *numbers, _("title"))
    shrinks = _("state"), _("messenger")
    empty = _("There is no such group.")
    TextTable(headings=headings, rows=rows, right=numbers, shrinks=shrinks, empty=empty).echo()


@groups.command()
@click.option("--unit", default="", metavar="UNIT", help="This unit and all below it.")
@click.option(
    "--out",
    required=True,
    type=FILE,
    help="File to write: JSON if its name ends with .json, else a page with QR codes.",
)
@with_json_option
@as_officer
def directory(app: App, me: Actor, unit: str, out: Path) -> None:
    """Write the public directory of the active groups."""
    lines = [_build_directory_line(entry, app.district) for entry in app.groups.directory(me, unit=unit)]
    title = app.district.say("directory.title")
    page = (
        build_directory_json(title, lines)
        if out.suffix == ".json"
        else build_directory_html(title, lines, app.district.wording)
    )
    out.write_text(page, encoding="utf-8")
    output_sentence(_("{file}: {groups} groups"), file=out, groups=len(lines))


def _build_directory_line(entry: DirectoryEntry, district: District) -> DirectoryLine:
    return DirectoryLine(
        unit_name=district.unit(entry.unit).name,
        group_title=entry.title,
        link=entry.link,
        board=tuple((seat.post, seat.name) for seat in entry.board),
        hours=entry.hours,
    )


def _format_number(number: int | None) -> str:
    return "" if number is None else str(number)


def _build_group_data(group: Group) -> dict[str, object]:
    return {
        "id": group.id,
        "unit": group.unit,
        "kind": group.kind,
        "title": group.title,
        "state": group.state.value,
        "messenger": group.address.messenger if group.address else None,
        "link": group.link,
        "members": group.members,
        "launched_on": group.launched_on and group.launched_on.isoformat(),
        "board": [{"post": seat.post, "officer": seat.officer, "name": seat.name} for seat in group.seats],
    }
