"""`anninh incidents`: reports of one event, and one answer to all of their reporters."""

from typing import Any

import click

from anninh_core.cli.frame import offers
from anninh_core.cli.frame.command import add_commands
from anninh_core.cli.frame.common import AFTER, LIMIT, id_end
from anninh_core.cli.frame.declaration import (
    AnswerTable,
    Ask,
    Column,
    CommandSubject,
    DayCommand,
    Done,
    Facts,
    Given,
    Takes,
)
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.frame.subjects import by_end, find_tip, list_all
from anninh_core.domain.tips.incidents.states import ReporterRole
from anninh_core.language.catalogue import marked


def _list_reports(labels: Labels, incident: Any) -> str:  # noqa: ARG001  as other cells
    return "\n".join(f"{shown.tip.receipt}: {shown.words}" for shown in incident.tips)


def _list_ways(labels: Labels, preview: Any) -> str:
    return "\n".join(_say_way(labels, answer) for answer in preview.answers)


def _say_way(labels: Labels, answer: Any) -> str:
    why = ", ".join(answer.exposed) or answer.problem or answer.text
    way = labels.field(answer, "way")
    return f"{answer.receipt}: {way}{': ' if why else ''}{why}"


def _read_tip(desk: Desk, word: str, given: Given) -> str:  # noqa: ARG001  as other readers
    """Return the id of a tip, by its id or its receipt."""
    return str(find_tip(desk, word).id)


_COUNTED = (
    Column(heading=marked("category"), of="category"),
    Column(heading=marked("unit"), of="unit"),
    Column(heading=marked("reports"), of="count", right=True),
    Column(heading=marked("newest"), of="last_received_at"),
)
_INCIDENT = CommandSubject(
    argument="incident_id",
    metavar="INCIDENT",
    question=marked("Which incident? The end of its id, as the list shows it"),
    finds=by_end("incidents.get", "incident_id", list_all("incidents.list")),
    brief=(*_COUNTED, Column(heading=marked("reports"), of=_list_reports)),
)
_TIP = CommandSubject(
    argument="tip_id",
    metavar="ID_OR_RECEIPT",
    question=marked("Which tip? Its receipt, or its id"),
    finds=find_tip,
)
_TIPS = Ask(
    argument="tips",
    flag="tip",
    question=marked("Which tips? Their receipts"),
    metavar="ID_OR_RECEIPT",
    many=True,
    reads=_read_tip,
)
_TEXT = Ask(argument="text", question=marked("Words, written as to one person"), takes=Takes.LINES)
_OUTCOME = Ask(
    argument="outcome",
    question=marked("How it ended"),
    offers=offers.choices("settling_outcomes"),
    metavar="OUTCOME",
)
_WAYS = Facts(
    columns=(
        Column(heading=marked("sent"), of="sent", right=True),
        Column(heading=marked("to call"), of="called", right=True),
        Column(heading=marked("held"), of="held", right=True),
        Column(heading=marked("answered alone"), of="alone", right=True),
        Column(heading=marked("answered"), of="done", right=True),
        Column(heading=marked("answers"), of=_list_ways),
    )
)

COMMANDS = (
    DayCommand(
        name="list",
        operation="incidents.list",
        help=marked("List incidents of which you may read a report, newest first."),
        asks=(AFTER, LIMIT),
        shows=AnswerTable(columns=(id_end(), *_COUNTED), empty=marked("No incident goes on.")),
    ),
    DayCommand(
        name="show",
        operation="incidents.get",
        help=marked("Show an incident with the reports that you may read."),
        subject=_INCIDENT,
        shows=Facts(
            columns=(
                Column(heading=marked("id"), of="id"),
                *_COUNTED,
                Column(heading=marked("reports"), of=_list_reports),
            )
        ),
    ),
    DayCommand(
        name="propose",
        operation="incidents.propose",
        help=marked("List open tips that may report the same event as a tip. Nothing is joined."),
        subject=_TIP,
        shows=AnswerTable(
            columns=(
                Column(heading=marked("receipt"), of="tip.receipt"),
                Column(heading=marked("received"), of="tip.received_at"),
                Column(heading=marked("has it"), of="claimed_by"),
                Column(heading=marked("text"), of="words", shrinks=True),
            ),
            empty=marked("No other tip seems to report it."),
        ),
    ),
    DayCommand(
        name="join",
        operation="incidents.join",
        help=marked("Join tips that report one event. Each keeps its receipt, state and deadlines."),
        shows=Done(sentence=marked("{id}: {count} reports.")),
        asks=(_TIPS,),
    ),
    DayCommand(
        name="separate",
        operation="incidents.separate",
        help=marked("Separate tips from an incident. Nothing of them is lost."),
        subject=_INCIDENT,
        shows=Done(),
        asks=(_TIPS,),
    ),
    DayCommand(
        name="role",
        operation="incidents.set_role",
        help=marked("Say what a reporter is: accusers and parties to a quarrel are answered alone."),
        subject=_INCIDENT,
        shows=Done(),
        asks=(
            Ask(
                argument="tip_id",
                flag="tip",
                question=marked("Which tip? Its receipt, or its id"),
                metavar="ID_OR_RECEIPT",
                reads=_read_tip,
            ),
            Ask(
                argument="role",
                question=marked("What the reporter is"),
                offers=offers.members(*ReporterRole),
                metavar="ROLE",
            ),
        ),
    ),
    DayCommand(
        name="preview",
        operation="incidents.preview_answer",
        help=marked("Show what each reporter would read, and who isn't answered with the others. Nothing is sent."),
        subject=_INCIDENT,
        shows=_WAYS,
        asks=(_TEXT, _OUTCOME),
    ),
    DayCommand(
        name="answer",
        operation="incidents.answer",
        help=marked("Settle tips of an incident, and answer each reporter alone. Preview it first."),
        subject=_INCIDENT,
        shows=_WAYS,
        confirms=marked("Each of the reporters is sent these words."),
        asks=(
            _TEXT,
            _TIPS,
            _OUTCOME,
            Ask(argument="reason", question=marked("Why: the code of a reason"), metavar="CODE"),
            Ask(
                argument="evidence",
                needed=False,
                metavar="WORDS",
                help=marked("What the outcome rests on, where the profile asks for it."),
            ),
        ),
    ),
)


@click.group(help=marked("Reports of one event: join them, separate them, answer their reporters one by one."))
def incidents() -> None:
    """Hold the commands together."""


add_commands(incidents, COMMANDS)
