"""Rights of the people behind the data: to know, to correct, to restrict, to be erased, to object."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.rights.clocks import AnswerClock, read_clock
    from anninh_core.domain.rights.handling import CATEGORIES
    from anninh_core.domain.rights.kind import RIGHTS_REQUEST
    from anninh_core.domain.rights.model import RequestSummary, RightsRequest
    from anninh_core.domain.rights.service import Rights
    from anninh_core.domain.rights.states import AnswerClockState, AnswerOutcome, RequestChannel, RequestState

__all__ = [
    "CATEGORIES",
    "RIGHTS_REQUEST",
    "AnswerClock",
    "AnswerClockState",
    "AnswerOutcome",
    "RequestChannel",
    "RequestState",
    "RequestSummary",
    "Rights",
    "RightsRequest",
    "read_clock",
]

lazy(
    __name__,
    {
        "AnswerClock": "clocks",
        "AnswerClockState": "states",
        "AnswerOutcome": "states",
        "CATEGORIES": "handling",
        "RIGHTS_REQUEST": "kind",
        "RequestChannel": "states",
        "RequestState": "states",
        "RequestSummary": "model",
        "Rights": "service",
        "RightsRequest": "model",
        "read_clock": "clocks",
    },
)
