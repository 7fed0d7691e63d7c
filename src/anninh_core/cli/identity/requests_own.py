"""Sentences and output of commands about data requests, as far as the use cases don't declare them."""

from collections.abc import Mapping
from gettext import gettext as _
from typing import Any

from anninh_core.cli.derived.making import OwnWords, build_field_picker
from anninh_core.cli.frame.declaration import Column, Done, Given
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.output import format_deadline
from anninh_core.language.catalogue import marked


def _build_restriction_json(_given: Given, request: Any) -> object:
    return {"number": request.number, "restricted": request.is_restricting}


def _format_deadline(_labels: Labels, request: Any) -> str:
    return format_deadline(request.due) or _("no limit known")


OWN: Mapping[str, OwnWords] = {
    "rights.extend_request": OwnWords(
        shows=Done(sentence=marked("The limit of {number} is extended.")), former_json=build_field_picker("number")
    ),
    "rights.leave_out": OwnWords(
        shows=Done(sentence=marked("The copy for {number} leaves the category out, and says so.")),
        positional=("category",),
        former_json=build_field_picker("number", given=["category"]),
    ),
    "rights.lift_restriction": OwnWords(
        shows=Done(sentence=marked("The restriction of {number} is over.")), former_json=_build_restriction_json
    ),
    "rights.record_check": OwnWords(
        options={"passed": "passed/failed"}, former_json=build_field_picker("number", "state", "id")
    ),
    "rights.record_request": OwnWords(
        shows=Done(
            sentence=marked("{number}: give the person this number and nothing else."),
            facts=(Column(heading=marked("due"), of=_format_deadline),),
        ),
        positional=("kind",),
        former_json=build_field_picker("number", "id", "due"),
    ),
    "rights.restrict": OwnWords(
        shows=Done(
            sentence=marked(
                "Data of their closed cases isn't used from now on. `anninh people "
                "lift-restriction {number}` ends that."
            )
        ),
        former_json=_build_restriction_json,
    ),
    "rights.take_in": OwnWords(
        shows=Done(sentence=marked("The copy for {number} contains the category again.")),
        positional=("category",),
        former_json=build_field_picker("number", given=["category"]),
    ),
}
FORMER: Mapping[str, str] = {
    "check": "record-check",
    "extend": "extend-request",
    "lift": "lift-restriction",
    "record": "record-request",
}
