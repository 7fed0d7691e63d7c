"""Sentences and drawings of the commands of requests about data of one's own, beside what their use cases say."""

from collections.abc import Mapping
from typing import Any

from anninh_core.cli.derived.making import OwnWords
from anninh_core.cli.frame.declaration import Done, Given
from anninh_core.cli.output import iso
from anninh_core.language.catalogue import marked


def _recorded(_given: Given, request: Any) -> object:
    return {"number": request.number, "id": request.id, "due": iso(request.due)}


def _checked(_given: Given, request: Any) -> object:
    return {"number": request.number, "state": request.state.value, "id": request.id}


def _with_category(given: Given, request: Any) -> object:
    return {"category": given["category"], "number": request.number}


def _restricted(_given: Given, request: Any) -> object:
    return {"number": request.number, "restricted": request.is_restricting}


def _extended(_given: Given, request: Any) -> object:
    return {"number": request.number}


OWN: Mapping[str, OwnWords] = {
    "rights.extend_request": OwnWords(
        shows=Done(sentence=marked("The limit of {number} is extended.")), former_json=_extended
    ),
    "rights.leave_out": OwnWords(
        shows=Done(sentence=marked("The copy for {number} leaves the category out, and says so.")),
        positional=("category",),
        former_json=_with_category,
    ),
    "rights.lift_restriction": OwnWords(
        shows=Done(sentence=marked("The restriction of {number} is over.")), former_json=_restricted
    ),
    "rights.record_check": OwnWords(options={"passed": "passed/failed"}, former_json=_checked),
    "rights.record_request": OwnWords(
        shows=Done(
            sentence=marked("{number}: tell the person this number and nothing else. It is to be answered until {due}.")
        ),
        positional=("kind",),
        former_json=_recorded,
    ),
    "rights.restrict": OwnWords(
        shows=Done(
            sentence=marked(
                "What is over of theirs isn't used from now on. `anninh people lift-restriction {number}` ends that."
            )
        ),
        former_json=_restricted,
    ),
    "rights.take_in": OwnWords(
        shows=Done(sentence=marked("The copy for {number} tells the category again.")),
        positional=("category",),
        former_json=_with_category,
    ),
}
FORMER: Mapping[str, str] = {
    "check": "record-check",
    "extend": "extend-request",
    "lift": "lift-restriction",
    "record": "record-request",
}
