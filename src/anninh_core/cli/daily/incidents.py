"""The commands of `anninh incidents`, about reports of one event and one answer to all of their reporters."""

from typing import Any

from anninh_core.cli.derived.making import OwnWords
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.frame.declaration import Column, Done, Facts
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.records.incidents import INCIDENT
from anninh_core.language.catalogue import marked


def _describe_answers(labels: Labels, preview: Any) -> str:
    return "\n".join(_describe_answer(labels, answer) for answer in preview.answers)


def _describe_answer(labels: Labels, answer: Any) -> str:
    why = ", ".join(answer.exposed) or answer.problem or answer.text
    way = labels.field(answer, "way")
    return f"{answer.receipt}: {way}{': ' if why else ''}{why}"


_WAYS = Facts(
    columns=(
        Column(heading=marked("sent"), of="sent", right=True),
        Column(heading=marked("to call"), of="called", right=True),
        Column(heading=marked("held"), of="held", right=True),
        Column(heading=marked("answered alone"), of="alone", right=True),
        Column(heading=marked("answered"), of="done", right=True),
        Column(heading=marked("answers"), of=_describe_answers),
    )
)
_SHOWN = Facts(columns=(Column(heading=marked("id"), of="id"), *INCIDENT.brief))

incidents = NounGroup(
    "incidents",
    help=marked("Reports of one event: join them, separate them, answer their reporters one by one."),
    own={
        "incidents.answer": OwnWords(shows=_WAYS, confirms=marked("Each of the reporters is sent these words.")),
        "incidents.get": OwnWords(shows=_SHOWN),
        "incidents.join": OwnWords(shows=Done(sentence=marked("{id}: {count} reports."))),
        "incidents.preview_answer": OwnWords(shows=_WAYS, needs=("outcome",)),
    },
    former={"role": "set-role", "preview": "preview-answer"},
)
