"""Sentences and output of the data-request commands that their use cases don't declare."""

from collections.abc import Mapping
from gettext import gettext as _
from typing import Any

from anninh_core.cli.derived.making import OwnWords, pick_fields
from anninh_core.cli.frame.declaration import Column, Done, Given
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.output import due
from anninh_core.language.catalogue import marked


def _restriction_json(_given: Given, request: Any) -> object:
    return {"number": request.number, "restricted": request.is_restricting}


def _due_cell(_labels: Labels, request: Any) -> str:
    return due(request.due) or _("no limit known")


OWN: Mapping[str, OwnWords] = {
    "rights.extend_request": OwnWords(
        shows=Done(sentence=marked("The limit of {number} is extended.")), former_json=pick_fields("number")
    ),
    "rights.leave_out": OwnWords(
        shows=Done(sentence=marked("The copy for {number} leaves the category out, and says so.")),
        positional=("category",),
        former_json=pick_fields("number", given=["category"]),
    ),
    "rights.lift_restriction": OwnWords(
        shows=Done(sentence=marked("The restriction of {number} is over.")), former_json=_restriction_json
    ),
    "rights.record_check": OwnWords(
        options={"passed": "passed/failed"}, former_json=pick_fields("number", "state", "id")
    ),
    "rights.record_request": OwnWords(
        shows=Done(
            sentence=marked("{number}: tell the person this number and nothing else."),
            facts=(Column(heading=marked("due"), of=_due_cell),),
        ),
        positional=("kind",),
        former_json=pick_fields("number", "id", "due"),
    ),
    "rights.restrict": OwnWords(
        shows=Done(
            sentence=marked(
                "What is over of theirs isn't used from now on. `anninh people lift-restriction {number}` ends that."
            )
        ),
        former_json=_restriction_json,
    ),
    "rights.take_in": OwnWords(
        shows=Done(sentence=marked("The copy for {number} contains the category again.")),
        positional=("category",),
        former_json=pick_fields("number", given=["category"]),
    ),
}
FORMER: Mapping[str, str] = {
    "check": "record-check",
    "extend": "extend-request",
    "lift": "lift-restriction",
    "record": "record-request",
}
