"""The command `anninh tips routing simulate`, which shows where other routing rules would send past tips."""

from datetime import date
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.options import EXISTING_FILE
from anninh_core.cli.output import TextTable, echo, echo_json, format_day
from anninh_core.domain.tips.sorting.routing import RoutingSimulation
from anninh_core.profile import load_routing
from anninh_core.usecase.actor import Actor

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("simulate")
@click.argument("file", type=EXISTING_FILE, metavar="FILE")
@click.option("--unit", default="", metavar="UNIT", help="Only tips of this unit and all below it.")
@click.option("--since", type=_DAY, metavar="DAY", help="Only tips received on this day or later.")
@click.option("--until", type=_DAY, metavar="DAY", help="Only tips received on this day or earlier.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def simulate_routing(
    app: App, me: Actor, *, file: Path, unit: str, since: date | None, until: date | None, as_json: bool
) -> None:
    """Show where past tips would go by the [[routing]] rules of FILE.

    Nothing changes. Only tips that you may read are included, in their present state.
    """
    rules = load_routing(file, app.district)
    days = {"since": _convert_to_day(since), "until": _convert_to_day(until)}
    simulation = app.tips.routing.simulate(me, rules, unit=unit, **days)
    if as_json:
        echo_json(_build_simulation_data(simulation))
        return
    words = _("{tips} tips; {moved} of them would go to another unit")
    echo(words.format(tips=simulation.tips, moved=simulation.moved))
    rows = [(before, after, str(count)) for before, after, count in simulation.table]
    headings = (_("now"), _("then"), _("tips"))
    TextTable(headings=headings, rows=rows, right=headings[-1:], empty=_("No tip was looked at.")).echo()
    if simulation.items:
        echo()
        _build_change_table(simulation).echo()


def _convert_to_day(value: date | None) -> date | None:
    """Return the day of a moment that click has parsed."""
    return None if value is None else date(value.year, value.month, value.day)


def _build_change_table(simulation: RoutingSimulation) -> TextTable:
    rows = [
        (
            tip.receipt,
            format_day(tip.received_day),
            change.before,
            change.after,
            f"{change.rule_before} -> {change.rule_after}",
        )
        for tip, change in simulation.items
    ]
    headings = (_("receipt"), _("received"), _("now"), _("then"), _("rules"))
    return TextTable(headings=headings, rows=rows, shrinks=headings[2:4], empty="")


def _build_simulation_data(simulation: RoutingSimulation) -> dict[str, object]:
    return {
        "tips": simulation.tips,
        "moved": simulation.moved,
        "table": [{"now": before, "then": after, "tips": count} for before, after, count in simulation.table],
        "changes": [
            {
                "receipt": tip.receipt,
                "received": str(tip.received_day),
                "now": change.before,
                "then": change.after,
                "rule_now": change.rule_before,
                "rule_then": change.rule_after,
            }
            for tip, change in simulation.items
        ],
    }
