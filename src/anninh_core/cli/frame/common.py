"""Options and columns that several commands share."""

from typing import Any

from anninh_core.cli.frame import offers
from anninh_core.cli.frame.declaration import Ask, Column
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.output import shorten_id
from anninh_core.language.catalogue import marked

UNIT = Ask(
    argument="unit", needed=False, reads=offers.read_unit, metavar="UNIT", help=marked("This unit and all below it.")
)


def build_id_column() -> Column:
    """Return the column with the end of a record's id, which other commands accept in place of the id."""
    return Column(heading=marked("id"), of=_format_short_id)


def _format_short_id(labels: Labels, view: Any) -> str:  # noqa: ARG001  as other cells
    return shorten_id(view.id)
