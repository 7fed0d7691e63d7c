"""Commands of `anninh content` for what collectors found: an editor takes it up as a draft, or passes it over."""

from anninh_core.cli.frame import offers
from anninh_core.cli.frame.common import AFTER, LIMIT, UNIT, id_end, stated
from anninh_core.cli.frame.declaration import (
    AnswerTable,
    Ask,
    Column,
    CommandSubject,
    DayCommand,
    Done,
    Facts,
)
from anninh_core.cli.frame.subjects import by_end, list_all
from anninh_core.domain.content.found.model import FoundState
from anninh_core.language.catalogue import marked

_FACTS = (
    Column(heading=marked("id"), of="id"),
    Column(heading=marked("title"), of="title"),
    Column(heading=marked("state"), of="state"),
    Column(heading=marked("unit"), of="unit"),
    Column(heading=marked("source"), of="source_name"),
    Column(heading=marked("address"), of="address"),
    Column(heading=marked("published"), of="published"),
    Column(heading=marked("author"), of="author"),
    Column(heading=marked("licence"), of="licence"),
    Column(heading=marked("item"), of="item"),
    Column(heading=marked("why"), of="reason"),
    Column(heading=marked("text"), of="words"),
)
_PIECE = CommandSubject(
    argument="piece_id",
    metavar="PIECE",
    question=marked("Which piece? The end of its id, as `found` shows it"),
    finds=by_end("content.found_piece", "piece_id", list_all("content.found")),
    brief=_FACTS,
)

FOUND_COMMANDS = (
    DayCommand(
        name="found",
        operation="content.found",
        help=marked("List what collectors found at sources outside, the latest first."),
        asks=(UNIT, stated(FoundState), AFTER, LIMIT),
        shows=AnswerTable(
            columns=(
                id_end(),
                Column(heading=marked("found"), of="found_at", shrinks=True),
                Column(heading=marked("state"), of="state", shrinks=True),
                Column(heading=marked("source"), of="source_name", shrinks=True),
                Column(heading=marked("title"), of="title"),
            ),
            empty=marked("Nothing was found."),
        ),
    ),
    DayCommand(
        name="found-piece",
        operation="content.found_piece",
        help=marked("Show what a collector found, with its words."),
        subject=_PIECE,
        shows=Facts(columns=_FACTS),
    ),
    DayCommand(
        name="take-up",
        operation="content.take_up",
        help=marked("Make a draft of something found; it is edited, reviewed and published as any other."),
        subject=_PIECE,
        shows=Done(sentence=marked("{title}: {state} ({id}).")),
        asks=(
            Ask(
                argument="category",
                question=marked("What it is about"),
                offers=offers.choices("outgoing"),
                metavar="CATEGORY",
            ),
            Ask(
                argument="unit",
                needed=False,
                reads=offers.read_unit,
                metavar="UNIT",
                help=marked("Whose item it is; that of the piece where none is named."),
            ),
        ),
    ),
    DayCommand(
        name="pass-over",
        operation="content.pass_over",
        help=marked("Leave something found aside."),
        subject=_PIECE,
        shows=Done(sentence=marked("{title}: {state}.")),
        asks=(Ask(argument="reason", needed=False, metavar="REASON", help=marked("Why.")),),
    ),
)
