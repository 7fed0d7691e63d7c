"""`anninh content`: items for the groups, from the draft to the correction."""

from collections.abc import Mapping

from anninh_core.cli.daily.content_audience import AUDIENCE, iter_audience_lines
from anninh_core.cli.daily.content_review import answer_open_questions
from anninh_core.cli.daily.content_words import AS_BEFORE, build_questions, suggest_previous_value
from anninh_core.cli.derived.making import OwnWords
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.frame.command import add_commands
from anninh_core.cli.frame.declaration import Ask, DayCommand, Done, Facts, Given
from anninh_core.cli.records import items, pieces
from anninh_core.language.catalogue import marked

_NAMED = Done(sentence=marked("{title}: {state} ({id})."))
_PIECE_OPTIONS = {"piece.units": "for", "piece.source_name": "source", "piece.decision_number": "decision"}


def _build_correction_arguments(given: Given) -> Mapping[str, object]:
    return {"piece.replaces": given["record"].id, "piece.units": given.get("piece.units", [])}


BY_HAND_COMMANDS = (
    DayCommand(
        name="review",
        operation="content.approve",
        help=marked("Approve a submitted item, gate by gate, or turn it down. Nobody reviews what they wrote."),
        subject=items.ITEM,
        asks=(
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
        ),
        warns=iter_audience_lines,
        before=answer_open_questions,
        instead={"reason": "content.reject"},
        shows=_NAMED,
    ),
    DayCommand(
        name="correct",
        operation="content.correct",
        help=marked("Write the correction of a published item. It is reviewed and published as every other."),
        subject=items.ITEM,
        derives=_build_correction_arguments,
        shows=_NAMED,
        asks=build_questions({name: suggest_previous_value(name) for name in AS_BEFORE}),
    ),
)

content = NounGroup(
    "content",
    help=marked("Content published in the groups: written by one person, reviewed by another."),
    own={
        "content.audience": OwnWords(shows=Facts(columns=AUDIENCE)),
        "content.edit": OwnWords(shows=_NAMED, options=_PIECE_OPTIONS),
        "content.collected.get": OwnWords(shows=Facts(columns=pieces.FACTS)),
        "content.get": OwnWords(shows=Facts(columns=items.FACTS)),
        "content.collected.pass_over": OwnWords(shows=Done(sentence=marked("{title}: {state}."))),
        "content.publish": OwnWords(
            shows=_NAMED,
            confirms=marked("{title} goes to the groups, where everybody reads it."),
            warns=iter_audience_lines,
        ),
        "content.submit": OwnWords(shows=_NAMED),
        "content.collected.take_up": OwnWords(shows=_NAMED),
        "content.withdraw": OwnWords(
            shows=_NAMED, confirms=marked("All groups that have {title} will read that it no longer holds.")
        ),
        "content.write": OwnWords(shows=_NAMED, options=_PIECE_OPTIONS, needs=("piece.source_name",)),
    },
)
add_commands(content, BY_HAND_COMMANDS)
