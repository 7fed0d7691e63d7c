"""API calls about groups, in Zalo's spelling.

Lists of people are split into calls of at most 99. Repeating a call has no further effect, except for creating a group
and inviting.
"""

from collections.abc import Iterator, Sequence

from attrs import asdict, field, frozen

from anninh_core.kernel.errors import RequestRejected
from anninh_zalo.api.calls import ApiCall, build_post_call, get
from anninh_zalo.sending.limits import check_count, check_id, check_text

MAX_PEOPLE = 99
"""Maximum number of people in a call, from Zalo's documentation."""

NAME = 30
"""Maximum number of characters of a group's name. Only one source gives the number; an option can change it."""

_GROUP = "/v3.0/oa/group"


@frozen(kw_only=True)
class GroupUpdate:
    """Changes to a group; None leaves a value unchanged. The names are Zalo's.

    Attributes:
        lock_send_msg: only admins and the account may write.
        join_appr: people who come by the link wait for an admin's approval.
        enable_msg_history: new members can read earlier messages.
        enable_link_join: people can join by the link.
    """

    group_name: str | None = field(default=None, repr=False)
    group_avatar: str | None = field(default=None, repr=False)
    group_description: str | None = field(default=None, repr=False)
    lock_send_msg: bool | None = None
    join_appr: bool | None = None
    enable_msg_history: bool | None = None
    enable_link_join: bool | None = None


def create(name: str, asset_id: str, user_ids: Sequence[str], description: str = "", *, longest: int = NAME) -> ApiCall:
    """Return the call that creates a group on a free asset; one of the people has to be an admin of the account."""
    check_count("members of a new group", user_ids, MAX_PEOPLE)
    body = {
        "group_name": check_text("the group's name", name, longest),
        "asset_id": check_id("the asset", asset_id),
        "member_user_ids": [check_id("a member", id) for id in user_ids],
    }
    return build_post_call(
        f"{_GROUP}/creategroupwithoa", body | ({"group_description": description} if description else {})
    )


def show(group_id: str) -> ApiCall:
    """Return the call that reads a group with its asset and its switches."""
    return get(f"{_GROUP}/getgroup", group_id=check_id("the group", group_id))


def groups_call(offset: int, count: int) -> ApiCall:
    """Return the call that reads a page of the account's groups."""
    return get(f"{_GROUP}/getgroupsofoa", offset=offset, count=count)


def members_call(group_id: str, offset: int, count: int) -> ApiCall:
    """Return the call that reads a page of a group's members."""
    return get(f"{_GROUP}/listmember", group_id=check_id("the group", group_id), offset=offset, count=count)


def pending_people_call(group_id: str, offset: int, count: int) -> ApiCall:
    """Return the call that reads a page of the people who wait for approval to join a group."""
    return get(f"{_GROUP}/listpendinginvite", group_id=check_id("the group", group_id), offset=offset, count=count)


def update_group_call(group_id: str, changes: GroupUpdate, *, longest: int = NAME) -> ApiCall:
    """Return the call that changes a group's name, picture, description and switches."""
    fields = {name: value for name, value in asdict(changes).items() if value is not None}
    if not fields:
        raise RequestRejected("The change of the group is empty: give at least one new value.")
    if changes.group_name is not None:
        check_text("the group's name", changes.group_name, longest)
    return build_post_call(f"{_GROUP}/updateinfo", {"group_id": check_id("the group", group_id)} | fields, sends=False)


def move_group_call(group_id: str, asset_id: str) -> ApiCall:
    """Return the call that moves a group to another asset, even if its own asset has expired."""
    body = {"group_id": check_id("the group", group_id), "asset_id": check_id("the asset", asset_id)}
    return build_post_call(f"{_GROUP}/updateasset", body, sends=False)


def delete_group_call(group_id: str) -> ApiCall:
    """Return the call that dissolves a group and frees its asset."""
    return build_post_call(f"{_GROUP}/delete", {"group_id": check_id("the group", group_id)}, sends=False)


def invite_calls(group_id: str, user_ids: Sequence[str]) -> Iterator[ApiCall]:
    """Yield the calls that invite people who follow the account or have been in contact in the last 7 days."""
    return _member_calls(group_id, user_ids, "invite", sends=True)


def accept_calls(group_id: str, user_ids: Sequence[str]) -> Iterator[ApiCall]:
    """Yield the calls that approve people who wait to join a group."""
    return _member_calls(group_id, user_ids, "acceptpendinginvite")


def reject_calls(group_id: str, user_ids: Sequence[str]) -> Iterator[ApiCall]:
    """Yield the calls that reject people who wait to join a group."""
    return _member_calls(group_id, user_ids, "rejectpendinginvite")


def promote_calls(group_id: str, user_ids: Sequence[str]) -> Iterator[ApiCall]:
    """Yield the calls that make members admins of the group."""
    return _member_calls(group_id, user_ids, "addadmins")


def demote_calls(group_id: str, user_ids: Sequence[str]) -> Iterator[ApiCall]:
    """Yield the calls that make admins of the group plain members."""
    return _member_calls(group_id, user_ids, "removeadmins")


def remove_calls(group_id: str, user_ids: Sequence[str]) -> Iterator[ApiCall]:
    """Yield the calls that remove members from a group."""
    return _member_calls(group_id, user_ids, "removemembers")


def assets(product_type: str, quota_type: str) -> ApiCall:
    """Return the call that lists the account's assets of one size and one source (package, purchase or reward)."""
    body = {"quota_owner": "OA", "product_type": product_type, "quota_type": quota_type}
    return build_post_call("/v3.0/oa/quota/group", body, sends=False)


def _member_calls(group_id: str, user_ids: Sequence[str], verb: str, *, sends: bool = False) -> Iterator[ApiCall]:
    group = check_id("the group", group_id)
    people = [check_id("a member", id) for id in dict.fromkeys(user_ids)]
    if not people:
        raise RequestRejected("No members are named: give at least one.")
    for start in range(0, len(people), MAX_PEOPLE):
        body = {"group_id": group, "member_user_ids": people[start : start + MAX_PEOPLE]}
        yield build_post_call(f"{_GROUP}/{verb}", body, sends=sends)
