"""`anninh inquiries`: what residents ask, and what they are answered."""

import click

from anninh_core.cli.frame.command import add_commands
from anninh_core.cli.frame.common import AFTER, LIMIT, UNIT, id_end, stated
from anninh_core.cli.frame.declaration import (
    AnswerTable,
    Ask,
    Column,
    CommandSubject,
    DayCommand,
    Done,
    Facts,
    Takes,
)
from anninh_core.cli.frame.subjects import by_end, list_all
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.language.catalogue import marked

_FACTS = (
    Column(heading=marked("id"), of="id"),
    Column(heading=marked("state"), of="state"),
    Column(heading=marked("unit"), of="unit"),
    Column(heading=marked("received"), of="received_at"),
    Column(heading=marked("question"), of="question"),
    Column(heading=marked("answer"), of="answer"),
    Column(heading=marked("source"), of="source"),
    Column(heading=marked("answered"), of="answered_day"),
)
_INQUIRY = CommandSubject(
    argument="inquiry_id",
    metavar="INQUIRY",
    question=marked("Which question? The end of its id, as the list shows it"),
    finds=by_end("inquiries.get", "inquiry_id", list_all("inquiries.list")),
    brief=_FACTS,
)


COMMANDS = (
    DayCommand(
        name="list",
        operation="inquiries.list",
        help=marked("List questions, newest first."),
        asks=(UNIT, stated(InquiryState), AFTER, LIMIT),
        shows=AnswerTable(
            columns=(
                id_end(),
                Column(heading=marked("received"), of="received_day"),
                Column(heading=marked("state"), of="state"),
                Column(heading=marked("answered"), of="answered_day"),
                Column(heading=marked("unit"), of="unit"),
            ),
            empty=marked("Nobody asks."),
        ),
    ),
    DayCommand(
        name="show",
        operation="inquiries.get",
        help=marked("Show a question and its answer. The look leaves a line in the journal."),
        subject=_INQUIRY,
        shows=Facts(columns=_FACTS),
    ),
    DayCommand(
        name="answer",
        operation="inquiries.answer",
        help=marked("Send a resident an answer, from an article or in your own words."),
        subject=_INQUIRY,
        shows=Done(sentence=marked("{id}: {state}.")),
        confirms=marked("The resident gets this answer: {text}{article}"),
        instead={"proof": "inquiries.answered_by_hand"},
        asks=(
            Ask(
                argument="proof",
                flag="by-hand",
                needed=False,
                metavar="WORDS",
                help=marked("Who asked has no chat, and was told otherwise: say how."),
            ),
            Ask(
                argument="article",
                needed=False,
                metavar="ARTICLE",
                help=marked("Id of the article to answer from; with --text, what it stands on."),
            ),
            Ask(
                argument="text",
                question=marked("Your answer"),
                takes=Takes.LINES,
                needed_without=("article", "proof"),
                metavar="WORDS",
            ),
            Ask(argument="source", needed=False, metavar="WORDS", help=marked("On whose word.")),
        ),
    ),
)


@click.group(help=marked("What residents ask, and what they are answered."))
def inquiries() -> None:
    """Hold the commands together."""


add_commands(inquiries, COMMANDS)
