"""Search for a piece that a collector brought, and output of its facts."""

from anninh_core.cli.frame.declaration import Column, CommandSubject
from anninh_core.cli.frame.subjects import build_finder, build_lister
from anninh_core.language.catalogue import marked

FACTS = (
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
PIECE = CommandSubject(
    argument="piece_id",
    metavar="PIECE",
    question=marked("Which piece? The end of its id, as `collected list` shows it"),
    finds=build_finder("content.collected.get", "piece_id", build_lister("content.collected.list")),
    brief=FACTS,
)
