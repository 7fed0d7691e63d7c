"""`anninh tips due-soon`."""

from gettext import gettext as _

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.output import TextTable, echo_json, format_deadline, make_printable
from anninh_core.cli.paging import iter_pages
from anninh_core.cli.records.deadlines import build_deadline_data
from anninh_core.domain.tips.states import DeadlineState
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.views import ViewContext


@click.command("due-soon")
@click.option("--unit", default="", metavar="UNIT", help="This unit and all below it.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def due_soon(app: App, me: Actor, *, unit: str, as_json: bool) -> None:
    """List tips with a deadline that is near, the most urgent first."""
    tips = iter_pages(lambda after: app.tips.due_soon(me, unit=unit, after=after))
    context = ViewContext(app.district, app.now)
    warned = [
        (tip, deadline)
        for tip in tips
        for deadline in tip.make_deadline_views(context)
        if deadline.is_owed and deadline.state is DeadlineState.WARN
    ]
    if as_json:
        echo_json([{"receipt": tip.receipt, **build_deadline_data(deadline)} for tip, deadline in warned])
        return
    rows = [
        (
            tip.receipt,
            tip.unit,
            deadline.rule,
            format_deadline(deadline.target or deadline.due),
            format_deadline(deadline.due),
            make_printable(tip.text),
        )
        for tip, deadline in warned
    ]
    headings = (_("receipt"), _("unit"), _("clock"), _("target"), _("limit"), _("text"))
    empty = _("Nothing is due soon in {place}.").format(place=app.district.name)
    TextTable(headings=headings, rows=rows, cut=True, empty=empty).echo()
