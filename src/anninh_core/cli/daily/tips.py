"""Sentences and output of commands about tips, as far as the use cases don't declare them."""

from collections.abc import Mapping
from typing import Any

from anninh_core.cli.derived.making import OwnWords, build_field_picker
from anninh_core.cli.frame.declaration import Ask, Column, DayCommand, Done, Facts, Given
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.records.deadlines import build_deadline_data, format_deadline_line
from anninh_core.cli.records.tips import TIP
from anninh_core.language.catalogue import marked

_CLAIMED = Done(sentence=marked("{receipt}: {claim__by} has it until {claim__until}."))


def _list_limits(_labels: Labels, tip: Any) -> str:
    return "\n".join(map(format_deadline_line, tip.deadlines))


def _build_limits_json(_given: Given, tip: Any) -> object:
    return {"receipt": tip.receipt, "id": tip.id, "limits": [*map(build_deadline_data, tip.deadlines)]}


_LIMITS = OwnWords(
    shows=Facts(
        columns=(Column(heading=marked("receipt"), of="receipt"), Column(heading=marked("limits"), of=_list_limits))
    ),
    former_json=_build_limits_json,
)
OWN: Mapping[str, OwnWords] = {
    "tips.ask_back": OwnWords(confirms=marked("The reporter of {receipt} is asked: {question}")),
    "tips.assign": OwnWords(
        shows=Done(sentence=marked("{receipt}: {state}, {handling_unit} ({handlers}).")), needs=("officers",)
    ),
    "tips.claim": OwnWords(shows=_CLAIMED),
    "tips.claim_for": OwnWords(shows=_CLAIMED),
    "tips.clocks.extend": _LIMITS,
    "tips.clocks.mark_complex": _LIMITS,
    "tips.clocks.record_identity_refused": _LIMITS,
    "tips.clocks.record_notice": _LIMITS,
    "tips.clocks.revoke_suspension": _LIMITS,
    "tips.clocks.suspend": _LIMITS,
    "tips.false_reports.clear": OwnWords(
        shows=Done(sentence=marked("{receipt}: the mark is taken back.")),
        former_json=build_field_picker("receipt", "id"),
    ),
    "tips.false_reports.confirm": OwnWords(
        shows=Done(sentence=marked("{receipt}: the mark is confirmed.")),
        former_json=build_field_picker("receipt", "id"),
    ),
    "tips.false_reports.mark": OwnWords(
        shows=Done(sentence=marked("{receipt} is marked; another person confirms the mark or takes it back.")),
        former_json=build_field_picker("receipt", "id", given=["reason"]),
    ),
    "tips.threads.split": OwnWords(
        shows=Done(sentence=marked("New tip {receipt}, received {received_at}.")),
        positional=("messages",),
        former_json=build_field_picker("receipt", "received_at", "id"),
    ),
    "tips.close": OwnWords(confirms=marked("{receipt} is closed.")),
    "tips.record_walk_in": OwnWords(
        shows=Done(sentence=marked("{receipt}: {state}. Give the number to the reporter.")),
        options={"received_at": "received"},
    ),
    "tips.settle": OwnWords(
        shows=Done(sentence=marked("{receipt}: {state}. No answer was sent yet: `anninh tips answer {receipt}`")),
        confirms=marked("{receipt} ends as {outcome}, and its reporter will read: {answer}"),
    ),
    "tips.triage": OwnWords(shows=Done(sentence=marked("{receipt}: {state}, {category}, {unit}."))),
}
FORMER: Mapping[str, str] = {
    "ask": "ask-back",
    "false-before": "false-reports count-before",
    "join": "threads join",
    "month": "papers monthly-list",
    "record": "record-walk-in",
    "record-notice": "clocks record-notice",
    "register": "papers register",
    "release": "release-claim",
    "simulate-routing": "routing simulate",
    "slip": "papers slip",
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
    confirms=marked("The answer recorded in {receipt} is sent to its reporter."),
    instead={"proof": "tips.record_manual_answer"},
    asks=(
        Ask(
            argument="proof",
            flag="by-hand",
            needed=False,
            metavar="WORDS",
            help=marked("The reporter has no chat and was informed another way: describe how."),
        ),
    ),
)
