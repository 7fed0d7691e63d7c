"""`If-Match`: an act is carried out only while its record is as the caller saw it."""

import re
from collections.abc import Mapping

from anninh_core.door import BadArguments, Operation
from anninh_core.door.errors import ArgumentError
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.permits import UseCaseKind

_ETAG = re.compile(r'"(\d{1,18})"')

SUBJECT_KINDS: Mapping[str, str] = {
    "alarm_id": "alarm",
    "article_id": "article",
    "campaign_id": "campaign",
    "difficulty_id": "difficulty",
    "disclosure_id": "disclosure",
    "duty_id": "duty",
    "erasure_id": "erasure",
    "finding_id": "leak_finding",
    "group_id": "group",
    "hold_id": "legal_hold",
    "inquiry_id": "inquiry",
    "inspection_id": "inspection",
    "item_id": "item",
    "message_id": "message",
    "officer_id": "officer",
    "opening_id": "emergency_opening",
    "post_id": "post",
    "report_id": "report",
    "request_id": "rights_request",
    "subcase_id": "subcase",
    "tip_id": "tip",
}
"""Name of an operation's subject -> the kind of record whose version `If-Match` guards."""


def takes_version(operation: Operation) -> bool:
    """Tell whether an operation changes a record that is named first and has a version."""
    return operation.kind is not UseCaseKind.QUERY and operation.subject in SUBJECT_KINDS


def apply_if_match(actor: Actor, header: str | None, operation: Operation, arguments: Mapping[str, object]) -> Actor:
    """Return the actor, who has seen the subject of an operation in the version that a header names.

    Raises:
        BadArguments: the header is no version, or the operation changes no record that has one.
    """
    if header is None or header.strip() == "*":
        return actor
    if not takes_version(operation):
        raise _refuse(operation, "can't be heeded: this operation changes no record that is named first")
    found = _ETAG.fullmatch(header.strip())
    if found is None:
        raise _refuse(operation, 'is no version; send the ETag of the answer that you saw, such as "3"')
    kind = SUBJECT_KINDS[operation.subject]
    return actor.seeing(kind, str(arguments[operation.subject]), int(found[1]))


def _refuse(operation: Operation, message: str) -> BadArguments:
    return BadArguments(operation.name, [ArgumentError("If-Match", message)])
