"""`anninh inquiries`: residents' questions and their answers."""

from anninh_core.cli.derived.making import OwnWords
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.frame.command import add_commands
from anninh_core.cli.frame.declaration import Ask, DayCommand, Done, Facts, Takes
from anninh_core.cli.records.inquiries import FACTS, INQUIRY
from anninh_core.language.catalogue import marked

ANSWER = DayCommand(
    name="answer",
    operation="inquiries.answer",
    help=marked("Send a resident an answer, from an article or in your own words."),
    subject=INQUIRY,
    shows=Done(sentence=marked("{id}: {state}.")),
    confirms=marked("The resident gets this answer: {text}{article}"),
    instead={"proof": "inquiries.record_manual_answer"},
    asks=(
        Ask(
            argument="proof",
            flag="by-hand",
            needed=False,
            metavar="WORDS",
            help=marked("The person has no chat and was informed another way: describe how."),
        ),
        Ask(
            argument="article",
            needed=False,
            metavar="ARTICLE",
            help=marked("Id of the article to answer from; with --text, the text's source."),
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
)

inquiries = NounGroup(
    "inquiries",
    help=marked("What residents ask, and what they are answered."),
    own={
        "inquiries.get": OwnWords(shows=Facts(columns=FACTS)),
        "inquiries.record_walk_in": OwnWords(options={"received_at": "received"}),
    },
)
add_commands(inquiries, (ANSWER,))
