"""`anninh content`: what is published in the groups, from the draft to its correction."""

from collections.abc import Mapping
from typing import Any

import click

from anninh_core.cli.daywork.content_audience import AUDIENCE, name_audience
from anninh_core.cli.daywork.content_found import FOUND_COMMANDS
from anninh_core.cli.daywork.content_review import answer_open_questions
from anninh_core.cli.daywork.content_words import AS_BEFORE, as_before, ask_words
from anninh_core.cli.frame import offers
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
    Given,
    Takes,
)
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.frame.subjects import by_end, list_all
from anninh_core.domain.content.values import ItemState
from anninh_core.language.catalogue import marked


def _written(name: str) -> Column:
    """Return the column of a field of the words that count."""
    heading = {"body": marked("text"), "source_name": marked("source"), "rumour": marked("rumour")}[name]
    return Column(heading=heading, of=lambda labels, item: labels.field(item.versions[-1].content, name))


def _chosen(labels: Labels, item: Any) -> str:
    return labels.field(item.versions[-1].content, "units")


def _decision(labels: Labels, item: Any) -> str:
    content = item.versions[-1].content
    parts = (content.decision_number, labels.field(content, "decision_date"), content.decision_issuer)
    return ", ".join(filter(None, parts))


def _requester(labels: Labels, item: Any) -> str:
    content = item.versions[-1].content
    checker = labels.officer(item.requester_checked_by)
    return ", ".join(filter(None, (content.requester, content.requester_check, checker)))


def _findings(labels: Labels, item: Any) -> str:  # noqa: ARG001  as other cells
    return "\n".join(f"{one.number}: {one.text}{' ✓' if one.answer else ''}" for one in item.findings)


def _gates(labels: Labels, item: Any) -> str:
    return "\n".join(f"{one.gate}: {labels.value('passed', one.passed)}, {one.note}" for one in item.gates)


def _returns(labels: Labels, item: Any) -> str:
    return "\n".join(f"{labels.moment(one.at)}: {one.reason}" for one in item.returns)


_FACTS = (
    Column(heading=marked("id"), of="id"),
    Column(heading=marked("title"), of="title"),
    Column(heading=marked("state"), of="state"),
    Column(heading=marked("unit"), of="unit"),
    Column(heading=marked("category"), of="category"),
    Column(heading=marked("published"), of="published_day"),
    Column(heading=marked("expires"), of="expires"),
    Column(heading=marked("corrects"), of="replaces"),
    Column(heading=marked("corrected by"), of="superseded_by"),
    _written("rumour"),
    _written("source_name"),
    Column(heading=marked("for"), of=_chosen),
    Column(heading=marked("decision"), of=_decision),
    Column(heading=marked("requester"), of=_requester),
    Column(heading=marked("gates"), of=_gates),
    Column(heading=marked("findings"), of=_findings),
    Column(heading=marked("returned"), of=_returns),
    _written("body"),
)
_ITEM = CommandSubject(
    argument="item_id",
    metavar="ITEM",
    question=marked("Which item? The end of its id, as the list shows it"),
    finds=by_end("content.get", "item_id", list_all("content.list")),
    brief=_FACTS,
)
_STANDS = Done(sentence=marked("{title}: {state} ({id})."))


def _corrected(given: Given) -> Mapping[str, object]:
    return {"piece.replaces": given["record"].id, "piece.units": given.get("piece.units", [])}


_REVIEW = (
    Ask(
        argument="reason",
        flag="reject",
        needed=False,
        metavar="REASON",
        help=marked("Turn it down; its author reads why."),
    ),
    Ask(
        argument="gates",
        flag="gate",
        needed=False,
        many=True,
        metavar="GATE=NOTE",
        help=marked("A gate that it passes, and why; each gate of the profile is asked for."),
    ),
    Ask(
        argument="findings",
        flag="finding",
        needed=False,
        many=True,
        metavar="NUMBER=WORDS",
        help=marked("What you say to a finding of the checks."),
    ),
    Ask(argument="note", needed=False, metavar="WORDS", help=marked("A note for the record.")),
)

COMMANDS = (
    DayCommand(
        name="list",
        operation="content.list",
        help=marked("List items, newest first."),
        asks=(UNIT, stated(ItemState), AFTER, LIMIT),
        shows=AnswerTable(
            columns=(
                id_end(),
                Column(heading=marked("written"), of="written_at", shrinks=True),
                Column(heading=marked("state"), of="state", shrinks=True),
                Column(heading=marked("unit"), of="unit", shrinks=True),
                Column(heading=marked("title"), of="title"),
            ),
            empty=marked("There is no such item."),
        ),
    ),
    DayCommand(
        name="show",
        operation="content.get",
        help=marked("Show an item with its words, gates and findings."),
        subject=_ITEM,
        shows=Facts(columns=_FACTS),
    ),
    DayCommand(
        name="write",
        operation="content.write",
        help=marked("Write an item. It is a draft until it is submitted."),
        shows=_STANDS,
        asks=(
            Ask(argument="unit", question=marked("Who publishes it: the unit"), reads=offers.read_unit, metavar="UNIT"),
            *ask_words({}),
        ),
    ),
    DayCommand(
        name="submit",
        operation="content.submit",
        help=marked("Submit a draft for review by another person; the checks look at it first."),
        subject=_ITEM,
        shows=_STANDS,
    ),
    DayCommand(
        name="review",
        operation="content.approve",
        help=marked("Approve a submitted item, gate by gate, or turn it down. Nobody reviews what they wrote."),
        subject=_ITEM,
        asks=_REVIEW,
        warns=name_audience,
        before=answer_open_questions,
        instead={"reason": "content.reject"},
        shows=_STANDS,
    ),
    DayCommand(
        name="audience",
        operation="content.audience",
        help=marked("Name the groups that an item goes to when it is published, and those that it leaves out."),
        subject=_ITEM,
        shows=Facts(columns=AUDIENCE),
    ),
    DayCommand(
        name="publish",
        operation="content.publish",
        help=marked("Send an approved item to all groups that it is for."),
        subject=_ITEM,
        shows=_STANDS,
        confirms=marked("{title} goes to the groups, where everybody reads it."),
        warns=name_audience,
    ),
    DayCommand(
        name="correct",
        operation="content.correct",
        help=marked("Write the correction of a published item. It is reviewed and published as every other."),
        subject=_ITEM,
        derives=_corrected,
        shows=_STANDS,
        asks=ask_words({name: as_before(name) for name in AS_BEFORE}, is_correction=True),
    ),
    DayCommand(
        name="withdraw",
        operation="content.withdraw",
        help=marked("Say in all its groups that an item no longer holds. They don't read why."),
        subject=_ITEM,
        shows=_STANDS,
        confirms=marked("All groups that have {title} will read that it no longer holds."),
        asks=(
            Ask(
                argument="reason",
                question=marked("Why it no longer holds, for the record"),
                help=marked("Why it no longer holds: for the record, no group reads it."),
                metavar="REASON",
            ),
            Ask(
                argument="ended",
                needed=False,
                takes=Takes.YES_NO,
                help=marked("The matter is over; the item wasn't wrong."),
            ),
        ),
    ),
)


@click.group(help=marked("What is published in the groups: written by one person, reviewed by another."))
def content() -> None:
    """Hold the commands together."""


add_commands(content, (*COMMANDS, *FOUND_COMMANDS))
