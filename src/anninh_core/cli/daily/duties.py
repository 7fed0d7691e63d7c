"""The commands of `anninh duties`, which list the reports and milestones that units owe, hand them in, and urge a
unit.
"""

from collections.abc import Mapping

import click

from anninh_core.cli.frame.command import add_commands
from anninh_core.cli.frame.common import UNIT
from anninh_core.cli.frame.declaration import AnswerTable, Ask, Column, DayCommand, Done, Given
from anninh_core.cli.records.duties import DUTY
from anninh_core.domain.programme.duty import REPORT
from anninh_core.kernel.errors import BadInput
from anninh_core.language.catalogue import marked


def _build_milestone_arguments(given: Given) -> Mapping[str, object]:
    duty = given["record"]
    if duty.what == REPORT:
        report_id = f"{duty.source}.{duty.year}.{duty.unit}"
        raise BadInput(
            "Duty {duty!r} is a report: submit {report} with {act:reports.submit} to fulfil it.",
            duty=duty.name,
            report=report_id,
        )
    return {"milestone": duty.source, "unit": duty.unit}


COMMANDS = (
    DayCommand(
        name="list",
        operation="programme.duties",
        help=marked("List what units owe, by its last day."),
        asks=(
            UNIT,
            Ask(argument="year", needed=False, metavar="YEAR", help=marked("Of this year only.")),
            Ask(argument="source", needed=False, metavar="ID", help=marked("Of this obligation or milestone only.")),
        ),
        shows=AnswerTable(
            columns=(
                Column(heading=marked("last day"), of="last_day"),
                Column(heading=marked("state"), of="state", shrinks=True),
                Column(heading=marked("done"), of="done_on"),
                Column(heading=marked("unit"), of="unit", shrinks=True),
                Column(heading=marked("id"), of="id"),
            ),
            empty=marked("Nothing is owed."),
        ),
    ),
    DayCommand(
        name="hand-in",
        operation="programme.reach_milestone",
        help=marked(
            "Note that a unit reached a milestone, with what shows it. Reports are handed in by `reports submit`."
        ),
        subject=DUTY,
        derives=_build_milestone_arguments,
        shows=Done(sentence=marked("{name}, {unit}: {state}.")),
        asks=(Ask(argument="evidence", question=marked("What shows it: a document's number"), metavar="WORDS"),),
    ),
    DayCommand(
        name="urge",
        operation="programme.urge",
        help=marked("Urge a unit to hand in what it owes."),
        subject=DUTY,
        shows=Done(sentence=marked("{name}: {unit} is urged.")),
    ),
)


@click.group(help=marked("What units owe by a day: reports and milestones."))
def duties() -> None:
    """Group the commands about duties."""


add_commands(duties, COMMANDS)
