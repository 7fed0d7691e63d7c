"""Search for a question, and output of its facts."""

from anninh_core.cli.frame.declaration import Column, CommandSubject
from anninh_core.cli.frame.subjects import build_finder, build_lister
from anninh_core.language.catalogue import marked

FACTS = (
    Column(heading=marked("id"), of="id"),
    Column(heading=marked("state"), of="state"),
    Column(heading=marked("unit"), of="unit"),
    Column(heading=marked("received"), of="received_at"),
    Column(heading=marked("question"), of="question"),
    Column(heading=marked("answer"), of="answer"),
    Column(heading=marked("source"), of="source"),
    Column(heading=marked("answered"), of="answered_day"),
)
INQUIRY = CommandSubject(
    argument="inquiry_id",
    metavar="INQUIRY",
    question=marked("Which question? The end of its id, as the list shows it"),
    finds=build_finder("inquiries.get", "inquiry_id", build_lister("inquiries.list")),
    brief=FACTS,
)
