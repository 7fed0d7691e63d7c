"""Which record an operation is about, by the name of its first argument."""

from collections.abc import Mapping

from anninh_core.kernel.refs import Ref

CASE = "case"
"""Names a record of any kind that is a case, as `kind:id`."""
KIND_OF: Mapping[str, str] = {
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
    "incident_id": "incident",
    "inquiry_id": "inquiry",
    "inspection_id": "inspection",
    "item_id": "item",
    "key_id": "custodian",
    "message_id": "message",
    "officer": "officer",
    "officer_id": "officer",
    "opening_id": "emergency_opening",
    "piece_id": "found_piece",
    "post_id": "post",
    "quarantined_id": "quarantined",
    "report_id": "report",
    "request_id": "rights_request",
    "session_id": "session",
    "subcase_id": "subcase",
    "tip_id": "tip",
    "token_id": "api_token",
}
"""Argument -> the kind of record that it names. Queue rows (`row_id`), passkeys and units are no records."""


def record_named(subject: str, arguments: Mapping[str, object]) -> tuple[str, str] | None:
    """Return kind and id of the record that arguments name, None where they name none.

    Raises:
        BadInput: a case isn't named as `kind:id`.
    """
    named = arguments.get(subject)
    if not isinstance(named, str):
        return None
    if subject == CASE:
        ref = Ref.parse(named)
        return ref.kind, ref.id
    return (KIND_OF[subject], named) if subject in KIND_OF else None
