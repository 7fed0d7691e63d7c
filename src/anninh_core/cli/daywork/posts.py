"""`anninh posts`: messages in groups that somebody should look at, and what is decided about them."""

from typing import Any

import click

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
    Takes,
)
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.frame.subjects import by_end, list_all
from anninh_core.domain.moderation.states import ModerationAction, PostState
from anninh_core.language.catalogue import marked


def _flags(labels: Labels, post: Any) -> str:  # noqa: ARG001  as other cells
    return "\n".join(f"{one.code}: {one.reason}" for one in post.flags)


_FACTS = (
    Column(heading=marked("id"), of="id"),
    Column(heading=marked("state"), of="state"),
    Column(heading=marked("unit"), of="unit"),
    Column(heading=marked("raised"), of="raised_at"),
    Column(heading=marked("noticed"), of=_flags),
    Column(heading=marked("decision"), of="ruling.action"),
    Column(heading=marked("rule"), of="ruling.rule"),
    Column(heading=marked("why"), of="ruling.text"),
    Column(heading=marked("objection"), of="appeal.words"),
    Column(heading=marked("text"), of="excerpt"),
)
_POST = CommandSubject(
    argument="post_id",
    metavar="POST",
    question=marked("Which post? The end of its id, as the list shows it"),
    finds=by_end("moderation.get", "post_id", list_all("moderation.list")),
    brief=_FACTS,
)
_STANDS = Done(sentence=marked("{id}: {state}, {ruling__action}."))

COMMANDS = (
    DayCommand(
        name="list",
        operation="moderation.list",
        help=marked("List posts that somebody should look at."),
        asks=(UNIT, stated(PostState), AFTER, LIMIT),
        shows=AnswerTable(
            columns=(
                id_end(),
                Column(heading=marked("raised"), of="raised_at", shrinks=True),
                Column(heading=marked("state"), of="state", shrinks=True),
                Column(heading=marked("unit"), of="unit", shrinks=True),
                Column(heading=marked("text"), of="excerpt"),
            ),
            empty=marked("There is no such post."),
        ),
    ),
    DayCommand(
        name="show",
        operation="moderation.get",
        help=marked("Show a post, what was noticed in it, and what was decided."),
        subject=_POST,
        shows=Facts(columns=_FACTS),
    ),
    DayCommand(
        name="decide",
        operation="moderation.decide",
        help=marked("Decide about a post by a rule of the charter. Its author is told, and may object."),
        subject=_POST,
        shows=_STANDS,
        confirms=marked("{action} by rule {rule}: its author is told so."),
        asks=(
            Ask(
                argument="action",
                question=marked("What is done"),
                offers=offers.members(*ModerationAction),
                metavar="ACTION",
            ),
            Ask(
                argument="rule",
                question=marked("By which rule of the charter"),
                offers=offers.choices("charter_rules"),
                metavar="RULE",
            ),
            Ask(argument="text", flag="why", question=marked("Why, for the record"), metavar="WORDS"),
        ),
    ),
    DayCommand(
        name="judge",
        operation="moderation.decide_appeal",
        help=marked("Judge the objection of a post's author, as another person than decided."),
        subject=_POST,
        shows=_STANDS,
        confirms=marked("The objection to {id} is judged for good; its author is told."),
        asks=(
            Ask(
                argument="uphold",
                flag="uphold/overturn",
                question=marked("Does the decision stand"),
                takes=Takes.YES_NO,
                help=marked("Whether the decision stands."),
            ),
            Ask(argument="text", flag="why", question=marked("Why; its author reads it"), metavar="WORDS"),
        ),
    ),
)


@click.group(help=marked("Messages in groups that somebody should look at: people decide, others judge objections."))
def posts() -> None:
    """Hold the commands together."""


add_commands(posts, COMMANDS)
