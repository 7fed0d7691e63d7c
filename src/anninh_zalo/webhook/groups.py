"""Events about groups of an official account and their members."""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated

from anninh_zalo.webhook.event import AccountSide, AnyParty, ZaloEvent
from anninh_zalo.webhook.field_types import AnyText, ListOrEmpty


class GroupEventKind(Enum):
    """Kind of a group's event."""

    CREATED = "created"
    JOINED = "joined"
    ASKED_TO_JOIN = "asked to join"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ANSWERED = "answered"  # The person was accepted or rejected: the event doesn't distinguish the two.
    ADMIN_ADDED = "admin added"
    ADMIN_REMOVED = "admin removed"
    UPDATED = "updated"
    LEFT = "left"
    DISSOLVED = "dissolved"


GROUP_EVENT_KINDS: Mapping[str, GroupEventKind] = {
    "create_group": GroupEventKind.CREATED,
    "user_join_group": GroupEventKind.JOINED,
    "user_request_join_group": GroupEventKind.ASKED_TO_JOIN,
    "accept_request_join_group": GroupEventKind.ACCEPTED,
    "react_request_join_group_accept": GroupEventKind.ACCEPTED,
    "reject_request_join_group": GroupEventKind.REJECTED,
    "react_request_join_group_reject": GroupEventKind.REJECTED,
    "react_request_join_group": GroupEventKind.ANSWERED,
    "add_group_admin": GroupEventKind.ADMIN_ADDED,
    "remove_group_admin": GroupEventKind.ADMIN_REMOVED,
    "update_group_info": GroupEventKind.UPDATED,
    "user_out_group": GroupEventKind.LEFT,
    "user_leave_group": GroupEventKind.LEFT,
    "delete_group": GroupEventKind.DISSOLVED,
    "disperse_group": GroupEventKind.DISSOLVED,
}
"""Event name -> kind. Lists of Zalo's event names differ; every known spelling is accepted."""


class GroupChanged(ZaloEvent):
    """The event that a group or its membership changed."""

    account_is = AccountSide.OA_ID

    group_id: AnyText = ""
    users: Annotated[tuple[AnyParty, ...], ListOrEmpty] = ()

    @property
    def event_kind(self) -> GroupEventKind:
        """Kind of the event."""
        return GROUP_EVENT_KINDS[self.event_name]
