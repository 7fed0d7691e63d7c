"""Who somebody is: asked for, decided, revealed."""

from typing import Any

from anninh_core.cli.frame import offers
from anninh_core.cli.frame.declaration import Ask, Column, CommandSubject, DayCommand, Done, Facts, Takes
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.frame.subjects import by_end, find_tip, list_all
from anninh_core.domain.identity.model import ASKABLE
from anninh_core.language.catalogue import marked


def _find_case(desk: Desk, word: str) -> Any:
    """Return the view of a tip; None for a case that is written as `kind:id`."""
    return None if ":" in word else find_tip(desk, word)


def _name_case(tip: Any) -> str:
    return f"tip:{tip.id}"


_CASE = CommandSubject(
    argument="case",
    metavar="CASE",
    question=marked("Which case? A tip's receipt, or inquiry:ID"),
    finds=_find_case,
    names=_name_case,
    brief=(Column(heading=marked("receipt"), of="receipt"), Column(heading=marked("text"), of="text")),
)
_REQUEST = CommandSubject(
    argument="disclosure_id",
    metavar="ID",
    question=marked("Which request? Its id, as you got it when you asked"),
    finds=None,
)
_DECIDED = CommandSubject(
    argument="disclosure_id",
    metavar="ID",
    question=marked("Which request? Its id, or the end of it"),
    finds=by_end("", "", list_all("identity.disclosures")),
    brief=(
        Column(heading=marked("case"), of="case"),
        Column(heading=marked("asked for"), of="field"),
        Column(heading=marked("purpose"), of="purpose"),
        Column(heading=marked("ground"), of="ground"),
        Column(heading=marked("asked by"), of="requested_by"),
        Column(heading=marked("state"), of="state"),
        Column(heading=marked("until"), of="ends_at"),
    ),
)

COMMANDS = (
    DayCommand(
        name="ask",
        operation="identity.request_identity",
        help=marked("Ask for one field of whoever is behind a case. It waits for a second person."),
        subject=_CASE,
        shows=Done(sentence=marked("Asked, as {id}. Somebody else decides until {ends_at}.")),
        asks=(
            Ask(argument="field", question=marked("What is needed"), offers=offers.members(*ASKABLE), metavar="FIELD"),
            Ask(argument="purpose", question=marked("What it is needed for"), metavar="WORDS"),
            Ask(argument="ground", question=marked("The rule of law that allows it"), metavar="WORDS"),
        ),
    ),
    DayCommand(
        name="decide",
        operation="identity.refuse_identity",
        instead={"approves": "identity.approve_identity"},
        help=marked("Grant a request of somebody else's, or turn it down."),
        subject=_DECIDED,
        shows=Done(sentence=marked("{field}, {case}: {state}.")),
        confirms=marked("The request of {requested_by} for {case} is decided for good."),
        asks=(
            Ask(
                argument="approves",
                flag="approve/refuse",
                question=marked("Is it granted"),
                takes=Takes.YES_NO,
                help=marked("Grant it, or turn it down."),
            ),
            Ask(
                argument="minutes",
                needed=False,
                metavar="N",
                help=marked("For how long it may be opened, once; a day at most."),
            ),
            Ask(argument="reason", question=marked("Why; kept sealed"), metavar="WORDS"),
        ),
    ),
    DayCommand(
        name="reveal",
        operation="identity.reveal_identity",
        help=marked("Open, once, what was granted to you. Every look is in the journal."),
        subject=_REQUEST,
        shows=Facts(
            columns=(
                Column(heading=marked("name"), of="name"),
                Column(heading=marked("messenger"), of="messenger"),
                Column(heading=marked("address"), of="address"),
                Column(heading=marked("numbers"), of="numbers"),
            )
        ),
        confirms=marked("It is shown here, once, and the look is recorded under your name."),
    ),
)
