"""What happens to the groups of an official account and to their members."""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated

from anninh_zalo.webhook.event import AnyParty, Event, Side
from anninh_zalo.webhook.values import AList, AnyText


class GroupNews(Enum):
    """What happened."""

    CREATED = "created"
    JOINED = "joined"
    ASKED_TO_JOIN = "asked to join"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ANSWERED = "answered"  # accepted or rejected: the platform doesn't say which
    ADMIN_ADDED = "admin added"
    ADMIN_REMOVED = "admin removed"
    UPDATED = "updated"
    LEFT = "left"
    DISSOLVED = "dissolved"


GROUP_NEWS: Mapping[str, GroupNews] = {
    "create_group": GroupNews.CREATED,
    "user_join_group": GroupNews.JOINED,
    "user_request_join_group": GroupNews.ASKED_TO_JOIN,
    "accept_request_join_group": GroupNews.ACCEPTED,
    "react_request_join_group_accept": GroupNews.ACCEPTED,
    "reject_request_join_group": GroupNews.REJECTED,
    "react_request_join_group_reject": GroupNews.REJECTED,
    "react_request_join_group": GroupNews.ANSWERED,
    "add_group_admin": GroupNews.ADMIN_ADDED,
    "remove_group_admin": GroupNews.ADMIN_REMOVED,
    "update_group_info": GroupNews.UPDATED,
    "user_out_group": GroupNews.LEFT,
    "user_leave_group": GroupNews.LEFT,
    "delete_group": GroupNews.DISSOLVED,
    "disperse_group": GroupNews.DISSOLVED,
}
"""Name -> what it means. Lists of Zalo's event names differ; every spelling found is taken."""


class GroupChanged(Event):
    """A group or its membership changed."""

    account_is = Side.OA_ID

    group_id: AnyText = ""
    users: Annotated[tuple[AnyParty, ...], AList] = ()

    @property
    def news(self) -> GroupNews:
        """What happened."""
        return GROUP_NEWS[self.event_name]
