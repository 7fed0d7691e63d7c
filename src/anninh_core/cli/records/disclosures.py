"""Search for a request for an identity, and output of the request and of the case that it is about."""

from typing import Any

from attrs import evolve

from anninh_core.cli.frame.declaration import Column, CommandSubject
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.frame.subjects import build_finder, build_lister, find_tip
from anninh_core.language.catalogue import marked


def _find_case(desk: Desk, word: str) -> Any:
    """Return the view of a tip, or None for a case that is written as `kind:id`."""
    return None if ":" in word else find_tip(desk, word)


def _name_case(tip: Any) -> str:
    return f"tip:{tip.id}"


CASE = CommandSubject(
    argument="case",
    metavar="CASE",
    question=marked("Which case? A tip's receipt, or inquiry:ID"),
    finds=_find_case,
    names=_name_case,
    brief=(Column(heading=marked("receipt"), of="receipt"), Column(heading=marked("text"), of="text")),
)
DISCLOSURE = CommandSubject(
    argument="disclosure_id",
    metavar="ID",
    question=marked("Which request? Its id, or the end of it"),
    finds=build_finder("", "", build_lister("identity.disclosures")),
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
OWN = evolve(
    DISCLOSURE,
    question=marked("Which of your requests? Its id, or the end of it"),
    finds=build_finder("", "", build_lister("identity.own_requests")),
)
