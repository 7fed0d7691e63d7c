"""Parse webhook bodies into typed events, for every event name in Zalo's documentation."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from anninh_core.kernel.errors import BadInput
from anninh_zalo.webhook.body import parse_body
from anninh_zalo.webhook.event import ZaloEvent
from anninh_zalo.webhook.groups import GROUP_EVENT_KINDS, GroupChanged
from anninh_zalo.webhook.messages import (
    AccountWrote,
    AccountWroteInGroup,
    MessageReacted,
    MessageReceived,
    MessageSeen,
    PersonWrote,
    PersonWroteInGroup,
    VisitorWrote,
)
from anninh_zalo.webhook.people import (
    CallConsentChanged,
    CallEvent,
    ChatNowClicked,
    ExtensionPurchased,
    FollowChanged,
    PermissionRevoked,
    TagChanged,
    UserDataUpdated,
    UserInfoSubmitted,
    WithdrawalRequested,
)
from anninh_zalo.webhook.templates import JourneyEvent, TemplateAnswered, TemplateChanged

ATTACHMENT_KINDS: Mapping[str, str] = {
    "text": "link",  # A text with an attachment is taken as a link.
    "image": "image",
    "gif": "image",
    "video": "video",
    "audio": "audio",
    "file": "file",
    "location": "location",
    "sticker": "sticker",
    "link": "link",
    "business_card": "link",
}
"""Kind of content in a message's event name -> the core's kind of attachment."""

PERSON_PREFIX = "user_send_"
GROUP_PREFIX = "user_send_group_"
VISITOR_PREFIX = "anonymous_send_"
TO_VISITOR_PREFIX = "oa_send_anonymous_"
_VISITOR_KINDS = ("text", "image", "file", "sticker")
_ECHO_KINDS = ("text", "image", "gif", "list", "file", "sticker", "template")

EVENT_TYPES: Mapping[str, type[ZaloEvent]] = {
    **{f"{PERSON_PREFIX}{sent}": PersonWrote for sent in ATTACHMENT_KINDS},
    **{f"{GROUP_PREFIX}{sent}": PersonWroteInGroup for sent in ATTACHMENT_KINDS},
    **{f"oa_send_group_{sent}": AccountWroteInGroup for sent in ATTACHMENT_KINDS},
    **{f"oa_send_{sent}": AccountWrote for sent in _ECHO_KINDS},
    **{f"{TO_VISITOR_PREFIX}{sent}": AccountWrote for sent in _VISITOR_KINDS},
    **{f"{VISITOR_PREFIX}{sent}": VisitorWrote for sent in _VISITOR_KINDS},
    **dict.fromkeys(("user_reacted_message", "oa_reacted_message"), MessageReacted),
    "user_received_message": MessageReceived,
    "user_seen_message": MessageSeen,
    **dict.fromkeys(("follow", "unfollow"), FollowChanged),
    "user_click_chatnow": ChatNowClicked,
    "user_withdraw": WithdrawalRequested,
    "permission_revoked": PermissionRevoked,
    "user_submit_info": UserInfoSubmitted,
    **dict.fromkeys(("add_user_to_tag", "remove_user_from_tag", "remove_tag"), TagChanged),
    **dict.fromkeys(
        ("update_user_info", "widget_interaction_accepted", "widget_failed_to_sync_user_external_id"), UserDataUpdated
    ),
    "extension_purchased": ExtensionPurchased,
    **dict.fromkeys(("oa_send_consent", "user_reply_consent"), CallConsentChanged),
    **dict.fromkeys(("user_call_oa", "oa_call_user"), CallEvent),
    **dict.fromkeys(GROUP_EVENT_KINDS, GroupChanged),
    **dict.fromkeys(
        (
            "change_oa_daily_quota",
            "change_oa_template_tags",
            "change_template_quality",
            "change_template_quota",
            "change_template_status",
        ),
        TemplateChanged,
    ),
    **dict.fromkeys(("user_feedback", "user_click_response_button"), TemplateAnswered),
    **dict.fromkeys(("event_journey_acknowledged", "event_journey_time_out"), JourneyEvent),
}
"""Event name -> type. A person's message of another kind is parsed as a message too; any other event, such as a shop's
order, is a plain `ZaloEvent` with its fields in `model_extra`.
"""


def read_event(body: bytes) -> ZaloEvent:
    """Parse a webhook body; an event that Zalo doesn't document is a plain `ZaloEvent`.

    Raises:
        BadInput: not an event of Zalo, or a required field is missing: a message's id, a person's message's author and
            time, a report's message and time. The error names the field, never its content.
    """
    fields = parse_body(body)
    if fields is None:
        raise BadInput("This isn't a Zalo event: the body isn't a JSON object.")
    name = str(fields.get("event_name"))
    try:
        return _read_undocumented_message(name, fields) or EVENT_TYPES.get(name, ZaloEvent).model_validate(fields)
    except ValidationError as error:
        first_error = error.errors(include_input=False, include_context=False, include_url=False)[0]
        field_name = ".".join(map(str, first_error["loc"])) or "the body"
        raise BadInput(
            "This isn't a Zalo event ({field}: {reason}).", field=field_name, reason=first_error["msg"]
        ) from error


def _read_undocumented_message(name: str, fields: Mapping[str, Any]) -> ZaloEvent | None:
    """Parse a person's message of an undocumented kind, so that it isn't lost; return None for anything else."""
    if name in EVENT_TYPES or not name.startswith(PERSON_PREFIX):
        return None
    event_type = PersonWroteInGroup if name.startswith(GROUP_PREFIX) else PersonWrote
    try:
        return event_type.model_validate(fields)
    except ValidationError:
        return None
