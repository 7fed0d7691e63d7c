"""Sentences and drawings of the commands of tips, beside what their use cases say."""

from collections.abc import Mapping

from anninh_core.cli.derived.making import OwnWords
from anninh_core.cli.frame.declaration import Ask, DayCommand, Done
from anninh_core.cli.records.tips import TIP
from anninh_core.language.catalogue import marked

_CLAIMED = Done(sentence=marked("{receipt}: {claim__by} has it until {claim__until}."))

OWN: Mapping[str, OwnWords] = {
    "tips.ask_back": OwnWords(confirms=marked("The reporter of {receipt} is asked: {question}")),
    "tips.assign": OwnWords(
        shows=Done(sentence=marked("{receipt}: {state}, {handling_unit} ({handlers}).")), needs=("officers",)
    ),
    "tips.claim": OwnWords(shows=_CLAIMED),
    "tips.claim_for": OwnWords(shows=_CLAIMED),
    "tips.close": OwnWords(confirms=marked("{receipt} is closed.")),
    "tips.record_walk_in": OwnWords(
        shows=Done(sentence=marked("{receipt}: {state}. Give the number to whoever told it.")),
        options={"received_at": "received"},
    ),
    "tips.settle": OwnWords(
        shows=Done(sentence=marked("{receipt}: {state}. Nothing is told yet: `anninh tips answer {receipt}`")),
        confirms=marked("{receipt} ends as {outcome}, and its reporter will read: {answer}"),
    ),
    "tips.triage": OwnWords(shows=Done(sentence=marked("{receipt}: {state}, {category}, {unit}."))),
}
FORMER: Mapping[str, str] = {
    "ask": "ask-back",
    "clear-false": "false-reports clear",
    "confirm-false": "false-reports confirm",
    "false-before": "false-reports count-before",
    "join": "threads join",
    "mark-false": "false-reports mark",
    "month": "papers monthly-list",
    "record": "record-walk-in",
    "record-complex": "clocks mark-complex",
    "record-extension": "clocks extend",
    "record-identity-refused": "clocks record-identity-refused",
    "record-notice": "clocks record-notice",
    "record-suspension": "clocks suspend",
    "register": "papers register",
    "release": "release-claim",
    "revoke-suspension": "clocks revoke-suspension",
    "simulate-routing": "routing simulate",
    "slip": "papers slip",
    "split": "threads split",
}
ANSWER = DayCommand(
    name="answer",
    operation="tips.answer",
    help=marked(
        "Send the reporter of a settled tip the words that it was settled with. It is answered once these "
        "are known to have arrived."
    ),
    shows=Done(sentence=marked("{receipt}: {state}.")),
    subject=TIP,
    confirms=marked("The answer that stands in {receipt} goes to its reporter."),
    instead={"proof": "tips.answered_by_hand"},
    asks=(
        Ask(
            argument="proof",
            flag="by-hand",
            needed=False,
            metavar="WORDS",
            help=marked("The reporter has no chat, and was told otherwise: say how."),
        ),
    ),
)
