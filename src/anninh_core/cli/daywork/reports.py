"""`anninh reports`: a unit's reports, from the draft to the signature."""

from collections.abc import Mapping
from typing import Any

import click

from anninh_core.cli.daywork.report import list_ as list_reports
from anninh_core.cli.daywork.report import show as show_report
from anninh_core.cli.frame import offers
from anninh_core.cli.frame.command import add_commands
from anninh_core.cli.frame.declaration import Ask, Column, CommandSubject, DayCommand, Done, Given, Takes
from anninh_core.cli.frame.desk import Desk
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput
from anninh_core.language.catalogue import marked

_EDITION = 4  # parts of an id: obligation, year, unit, edition


def _find(desk: Desk, word: str) -> Any:
    """Return the view of a report: of an edition by its id, else the newest of `OBLIGATION.YEAR[.UNIT]`."""
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


def _sections(desk: Desk, given: Given) -> Mapping[str, str]:
    report = given["record"]
    template = desk.district.templates[desk.district.obligation(report.obligation).template]
    return {section.key: section.heading for section in template.sections if section.key}


def _today(desk: Desk, given: Given) -> str:  # noqa: ARG001  as other suggestions
    return local_date(desk.app.internals.context.clock.now()).isoformat()


def _own_name(desk: Desk, given: Given) -> str:  # noqa: ARG001  as other suggestions
    return desk.labels.officer(desk.me.id)


_BRIEF = (
    Column(heading=marked("report"), of="id"),
    Column(heading=marked("unit"), of="unit"),
    Column(heading=marked("state"), of="state"),
    Column(heading=marked("last day"), of="last_day"),
)
_REPORT = CommandSubject(
    argument="report_id",
    metavar="REPORT",
    question=marked("Which report? OBLIGATION.YEAR.UNIT, or OBLIGATION.YEAR of the consolidated one"),
    finds=_find,
    brief=_BRIEF,
)
_STANDS = Done(sentence=marked("{id}: {state}."))
_OBLIGATION = Ask(
    argument="obligation",
    question=marked("Which report"),
    offers=offers.choices("obligations"),
    metavar="OBLIGATION",
)
_YEAR = Ask(argument="year", question=marked("Year in which it is due"), metavar="YEAR")
_SIGNATURE = (
    Ask(argument="number", question=marked("Number of the document"), metavar="NUMBER"),
    Ask(
        argument="issued_on",
        flag="day",
        question=marked("Day of issue, as 2021-12-15"),
        metavar="DAY",
        suggests=_today,
    ),
    Ask(
        argument="signer",
        question=marked("Name of the signer, as it stands on the paper"),
        metavar="NAME",
        suggests=_own_name,
    ),
)

COMMANDS = (
    DayCommand(
        name="begin",
        operation="reports.begin",
        help=marked("Begin a unit's report, with the figures as they are now."),
        shows=_STANDS,
        asks=(
            _OBLIGATION,
            _YEAR,
            Ask(argument="unit", question=marked("Whose report: the unit"), reads=offers.read_unit, metavar="UNIT"),
        ),
    ),
    DayCommand(
        name="fill",
        operation="reports.write",
        help=marked("Write a unit's own words for a section of a draft."),
        subject=_REPORT,
        shows=_STANDS,
        asks=(
            Ask(argument="key", flag="section", question=marked("Which section"), offers=_sections, metavar="SECTION"),
            Ask(argument="text", question=marked("Words of the section"), takes=Takes.LINES, metavar="WORDS"),
        ),
    ),
    DayCommand(
        name="refresh",
        operation="reports.refresh",
        help=marked("Fill a draft with the figures as they are now. A returned report becomes a draft again."),
        subject=_REPORT,
        shows=_STANDS,
    ),
    DayCommand(
        name="submit",
        operation="reports.submit",
        help=marked("Sign a unit's report and hand it in. It is frozen by that."),
        subject=_REPORT,
        shows=_STANDS,
        confirms=marked("{id} is signed by {signer} under number {number}, and never changes again."),
        asks=_SIGNATURE,
    ),
    DayCommand(
        name="accept",
        operation="reports.accept",
        help=marked("Accept a report that was handed in, as another person than signed it."),
        subject=_REPORT,
        shows=_STANDS,
        confirms=marked("{id} is accepted."),
    ),
    DayCommand(
        name="return",
        operation="reports.give_back",
        help=marked("Return a report for improvement. Its duty is open again."),
        subject=_REPORT,
        shows=_STANDS,
        confirms=marked("{id} is returned: {reasons}"),
        asks=(Ask(argument="reasons", question=marked("What has to be improved"), metavar="WORDS"),),
    ),
    DayCommand(
        name="consolidate",
        operation="reports.consolidate",
        help=marked("Gather the accepted reports of an obligation into the superior's draft."),
        shows=_STANDS,
        asks=(_OBLIGATION, _YEAR),
    ),
    DayCommand(
        name="sign",
        operation="reports.submit",
        help=marked("Sign a consolidated report. It is frozen by that."),
        subject=_REPORT,
        shows=Done(sentence=marked("{id}: signed, {signature__number}.")),
        confirms=marked("{id} is signed by {signer} under number {number}, and never changes again."),
        asks=_SIGNATURE,
    ),
)


@click.group(help=marked("Reports of units: filled by the program, written, signed and accepted by people."))
def reports() -> None:
    """Hold the commands together."""


for command in (list_reports, show_report):
    reports.add_command(command)
add_commands(reports, COMMANDS)
