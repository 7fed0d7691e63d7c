"""Search for a report, and output of its facts."""

from typing import Any

from anninh_core.cli.frame.declaration import Column, CommandSubject
from anninh_core.cli.frame.desk import Desk
from anninh_core.kernel.errors import BadInput
from anninh_core.language.catalogue import marked

_EDITION = 4  # Number of parts in an edition's id: obligation, year, unit, edition.


def _find_report(desk: Desk, word: str) -> Any:
    """Return the view of a report: an edition by its id, or the newest edition of `OBLIGATION.YEAR[.UNIT]`."""
    parts = word.split(".")
    if len(parts) >= _EDITION:
        return desk.read("reports.get", report_id=word)
    obligation, year, unit = (*parts, "", "")[:3]
    if not year.isdecimal():
        raise BadInput(
            "{text!r} isn't a report: write OBLIGATION.YEAR.UNIT, or OBLIGATION.YEAR for the consolidated report.",
            text=word,
        )
    return desk.read("reports.newest", obligation=obligation, year=int(year), unit=unit)


BRIEF = (
    Column(heading=marked("report"), of="id"),
    Column(heading=marked("unit"), of="unit"),
    Column(heading=marked("state"), of="state"),
    Column(heading=marked("last day"), of="last_day"),
)
REPORT = CommandSubject(
    argument="report_id",
    metavar="REPORT",
    question=marked("Which report? OBLIGATION.YEAR.UNIT, or OBLIGATION.YEAR of the consolidated one"),
    finds=_find_report,
    brief=BRIEF,
)
