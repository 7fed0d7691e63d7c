"""Roles of use-case arguments about data-subject rights."""

from collections.abc import Mapping
from typing import Any

from tests.trust.roles import NOBODYS, Names, Plain, Role

from anninh_core.domain.rights import AnswerOutcome
from anninh_core.domain.rights.states import RequestChannel
from anninh_core.vocabulary.messages import Address, Place
from anninh_core.vocabulary.rights import RightsKind

_STATES = ("proven", "correction", "restriction", "restricted")

RIGHTS_ROLES: Mapping[str, Role] = {
    "applicant: str": Plain("Thử Văn An"),
    "channel: RequestChannel": Plain(RequestChannel.OFFICE),
    "kind: RightsKind": Plain(RightsKind.ACCESS),
    "notify: bool": Plain(False),
    "outcome: AnswerOutcome": Plain(AnswerOutcome.REFUSED),
    "request_id: str": Names("rights_request", also=tuple(f"rights_request.{state}" for state in _STATES)),
    "way: str": Plain("office_paper"),
}
"""The same as `ROLES`, for data-subject rights."""

RIGHTS_SPECIAL: Mapping[str, Role] = {
    # An officer who checks a requester may enter any account or receipt shown by them, and learns nothing about it.
    "rights.link_account address": Plain(Address("oa", Place.PERSON, "nobody")),
    "rights.link_receipt receipt": Plain("00000-00000"),
    "rights.correct_words message": Names("message", NOBODYS),
}
"""The same as `SPECIAL`, for data-subject rights."""

RIGHTS_STATES: Mapping[str, str] = {
    **{f"rights.{verb} request_id": "rights_request.proven" for verb in ("find", "export", "leave_out", "take_in")},
    **{f"rights.{verb} request_id": "rights_request.correction" for verb in ("correct_name", "correct_words")},
    "rights.restrict request_id": "rights_request.restriction",
    "rights.lift_restriction request_id": "rights_request.restricted",
}
"""The same as `STATES`, for data-subject rights."""

RIGHTS_VALUES: Mapping[str, Any] = {
    "rights.answer rule": "Điều 14",
    "rights.answer reason": "Đang xác minh",
    "rights.export format": "json",
    "rights.export way": "office",
    "rights.leave_out category": "tips",
    "rights.take_in category": "tips",
}
"""The same as `VALUES`, for data-subject rights."""

RIGHTS_THINGS = ("rights_request", *(f"rights_request.{state}" for state in _STATES))
"""Things of a request that depend on the requester's tip: an officer excluded from the tip is excluded from these."""
