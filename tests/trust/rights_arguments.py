"""What each argument of the use cases about data-subject rights means to the access tests."""

from collections.abc import Mapping
from typing import Any

from tests.trust.roles import NOBODYS, PlainArgument, RecordArgument, Role

from anninh_core.domain.rights import AnswerOutcome
from anninh_core.domain.rights.states import RequestChannel
from anninh_core.vocabulary.messages import Address, Place
from anninh_core.vocabulary.rights import RightsKind

_STATES = ("proven", "correction", "restriction", "restricted")

RIGHTS_ROLES: Mapping[str, Role] = {
    "applicant: str": PlainArgument("Thử Văn An"),
    "channel: RequestChannel": PlainArgument(RequestChannel.OFFICE),
    "kind: RightsKind": PlainArgument(RightsKind.ACCESS),
    "notify: bool": PlainArgument(False),
    "outcome: AnswerOutcome": PlainArgument(AnswerOutcome.REFUSED),
    "request_id: str": RecordArgument("rights_request", also=tuple(f"rights_request.{state}" for state in _STATES)),
    "way: str": PlainArgument("office_paper"),
}
"""Additions to `ROLES` for use cases about data-subject rights."""

RIGHTS_SPECIAL: Mapping[str, Role] = {
    # An officer who checks a requester's identity may enter any account or receipt that the requester shows, and learns
    # nothing about it.
    "rights.link_account address": PlainArgument(Address("oa", Place.PERSON, "nobody")),
    "rights.link_receipt receipt": PlainArgument("00000-00000"),
    "rights.correct_words message": RecordArgument("message", NOBODYS),
}
"""Additions to `SPECIAL` for use cases about data-subject rights."""

RIGHTS_STATES: Mapping[str, str] = {
    **{f"rights.{verb} request_id": "rights_request.proven" for verb in ("find", "export", "leave_out", "take_in")},
    **{f"rights.{verb} request_id": "rights_request.correction" for verb in ("correct_name", "correct_words")},
    "rights.restrict request_id": "rights_request.restriction",
    "rights.lift_restriction request_id": "rights_request.restricted",
}
"""Additions to `STATES` for use cases about data-subject rights."""

RIGHTS_VALUES: Mapping[str, Any] = {
    "rights.answer rule": "Điều 14",
    "rights.answer reason": "Đang xác minh",
    "rights.export format": "json",
    "rights.export way": "office",
    "rights.leave_out category": "tips",
    "rights.take_in category": "tips",
}
"""Additions to `VALUES` for use cases about data-subject rights."""

RIGHTS_THINGS = ("rights_request", *(f"rights_request.{state}" for state in _STATES))
"""Records of a data-subject request that depend on the requester's tip: an officer excluded from the tip is excluded
from them too.
"""
