"""Search for a tip, and output of its facts."""

from anninh_core.cli.frame.declaration import Column, CommandSubject
from anninh_core.cli.frame.subjects import find_tip
from anninh_core.language.catalogue import marked

TIP = CommandSubject(
    argument="tip_id",
    metavar="ID_OR_RECEIPT",
    question=marked("Which tip? Its receipt, or its id"),
    finds=find_tip,
    brief=(
        Column(heading=marked("receipt"), of="receipt"),
        Column(heading=marked("state"), of="state"),
        Column(heading=marked("unit"), of="unit"),
        Column(heading=marked("category"), of="category"),
        Column(heading=marked("place"), of="place"),
        Column(heading=marked("asked"), of="question"),
        Column(heading=marked("answer"), of="answer"),
        Column(heading=marked("text"), of="text"),
    ),
)
