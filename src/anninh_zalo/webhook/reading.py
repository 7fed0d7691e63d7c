"""Parses webhook bodies into typed events, for every event name that Zalo documents."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from anninh_core.kernel.errors import BadInput
from anninh_zalo.webhook.body import opened
from anninh_zalo.webhook.event import Event
from anninh_zalo.webhook.groups import GROUP_NEWS, GroupChanged
from anninh_zalo.webhook.messages import (
    AccountWrote,
    AccountWroteInGroup,
    PersonWrote,
    PersonWroteInGroup,
    Reacted,
    Received,
    Seen,
    VisitorWrote,
)
from anninh_zalo.webhook.people import (
    Called,
    ClickedChatNow,
    Consent,
    Follows,
    PermissionRevoked,
    Purchased,
    SubmittedInfo,
    Tagged,
    Updated,
    Withdrew,
)
from anninh_zalo.webhook.templates import Answered, Journey, TemplateChanged

KINDS: Mapping[str, str] = {
    "text": "link",  # a text with something attached
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
"""What a message's name says was sent -> kind of attachment in the core's words."""

PERSON, GROUP = "user_send_", "user_send_group_"
VISITOR, TO_VISITOR = "anonymous_send_", "oa_send_anonymous_"
_VISITORS = ("text", "image", "file", "sticker")
_ECHOES = ("text", "image", "gif", "list", "file", "sticker", "template")

EVENTS: Mapping[str, type[Event]] = {
    **{f"{PERSON}{sent}": PersonWrote for sent in KINDS},
    **{f"{GROUP}{sent}": PersonWroteInGroup for sent in KINDS},
    **{f"oa_send_group_{sent}": AccountWroteInGroup for sent in KINDS},
    **{f"oa_send_{sent}": AccountWrote for sent in _ECHOES},
    **{f"{TO_VISITOR}{sent}": AccountWrote for sent in _VISITORS},
    **{f"{VISITOR}{sent}": VisitorWrote for sent in _VISITORS},
    **dict.fromkeys(("user_reacted_message", "oa_reacted_message"), Reacted),
    "user_received_message": Received,
    "user_seen_message": Seen,
    **dict.fromkeys(("follow", "unfollow"), Follows),
    "user_click_chatnow": ClickedChatNow,
    "user_withdraw": Withdrew,
    "permission_revoked": PermissionRevoked,
    "user_submit_info": SubmittedInfo,
    **dict.fromkeys(("add_user_to_tag", "remove_user_from_tag", "remove_tag"), Tagged),
    **dict.fromkeys(
        ("update_user_info", "widget_interaction_accepted", "widget_failed_to_sync_user_external_id"), Updated
    ),
    "extension_purchased": Purchased,
    **dict.fromkeys(("oa_send_consent", "user_reply_consent"), Consent),
    **dict.fromkeys(("user_call_oa", "oa_call_user"), Called),
    **dict.fromkeys(GROUP_NEWS, GroupChanged),
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
    **dict.fromkeys(("user_feedback", "user_click_response_button"), Answered),
    **dict.fromkeys(("event_journey_acknowledged", "event_journey_time_out"), Journey),
}
"""Name -> shape. A person's message of another kind is read as one all the same; anything else, orders of a shop for
instance, is a plain `Event` with its fields in `model_extra`."""


def read_event(body: bytes) -> Event:
    """Read a webhook body; one that Zalo doesn't document is a plain `Event`.

    Raises:
        BadInput: not an event of Zalo, or one without what gives it its meaning: of a message the id, of a person's
            message who wrote it and when, of a report which message and when. The error names the field, never what
            stands in it.
    """
    found = opened(body)
    if found is None:
        raise BadInput("this is not an event of Zalo: the body is no JSON object")
    name = str(found.get("event_name"))
    try:
        return _new_kind(name, found) or EVENTS.get(name, Event).model_validate(found)
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the body"
        raise BadInput(f"this is not an event of Zalo: {place}: {first['msg']}") from error


def _new_kind(name: str, found: Mapping[str, Any]) -> Event | None:
    """Read a person's message of a kind that isn't documented: somebody said something. None for anything else."""
    if name in EVENTS or not name.startswith(PERSON):
        return None
    shape = PersonWroteInGroup if name.startswith(GROUP) else PersonWrote
    try:
        return shape.model_validate(found)
    except ValidationError:
        return None
