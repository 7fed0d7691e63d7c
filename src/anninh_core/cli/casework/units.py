"""`anninh units`: the tree of units on a day."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from gettext import gettext as _

import click

from anninh_core.app import Settings, open_app
from anninh_core.cli.folder import with_settings
from anninh_core.cli.results import format_value, is_json_output, output_rows, with_json_option
from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.dates import local_date
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.units import Unit


@click.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Day, as 2021-09-01.  [default: today]")
@with_json_option
@with_settings
def units(settings: Settings, district: District, on: datetime | None) -> None:
    """Show the tree of units on a day."""
    day = on.date() if on else _find_today(settings, district)
    tops = [unit.id for unit in district.units.values() if unit.parent is None]
    rows = [_build_unit_row(district, unit, day) for top in tops for unit in _walk_units(district, top, day)]
    headings = {"id": _("id"), "code": _("code"), "level": _("level"), "shown": _("name")}
    output_rows(rows, headings, empty=_("No unit exists on {day}.").format(day=format_value(day)))


def _find_today(settings: Settings, district: District) -> date:
    """Return the present day by the folder's clock. Only a trial can be a demo, with a clock of its own in its
    storage.
    """
    if not settings.unsafe_local_users:
        return local_date(SystemClock().now())
    with open_app(district, settings) as app:
        return local_date(app.internals.context.clock.now())


def _walk_units(district: District, top: str, day: date) -> Iterator[Unit]:
    unit = district.unit(top)
    if unit.exists_on(day):
        yield unit
    for child in district.children[top]:
        yield from _walk_units(district, child, day)


def _build_unit_row(district: District, unit: Unit, day: date) -> Mapping[str, object]:
    depth = sum(district.unit(above).exists_on(day) for above in district.ancestors(unit.id)) - 1
    row = {"id": unit.id, "code": unit.code, "level": unit.level, "name": unit.name, "parent": unit.parent}
    return {**row, "shown": "· " * depth + unit.name} if not is_json_output() else row
