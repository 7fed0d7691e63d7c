"""The calls about groups, in Zalo's spelling.

Lists of people go in calls of at most 99; what a call says twice changes nothing, but for making a group and inviting.
"""

from collections.abc import Iterator, Sequence

from attrs import asdict, field, frozen

from anninh_core.kernel.errors import RequestRejected
from anninh_zalo.api.calls import ApiCall, get, post
from anninh_zalo.sending.limits import check_count, check_id, check_text

MAX_PEOPLE = 99
"""People that one call takes, as Zalo documents it."""

NAME = 30
"""Characters of a group's name. Only one source gives the number; the option may say another one."""

_GROUP = "/v3.0/oa/group"


@frozen(kw_only=True)
class GroupUpdate:
    """What shall be another way; None leaves it alone. The names are Zalo's.

    Attributes:
        lock_send_msg: only admins and the account write.
        join_appr: whoever comes by the link waits for an admin.
        enable_msg_history: whoever comes later reads what was said before.
        enable_link_join: people come by the link.
    """

    group_name: str | None = field(default=None, repr=False)
    group_avatar: str | None = field(default=None, repr=False)
    group_description: str | None = field(default=None, repr=False)
    lock_send_msg: bool | None = None
    join_appr: bool | None = None
    enable_msg_history: bool | None = None
    enable_link_join: bool | None = None


def create(name: str, asset_id: str, user_ids: Sequence[str], description: str = "", *, longest: int = NAME) -> ApiCall:
    """Make a group on a free asset; one of the people has to be an admin of the account."""
    check_count("members of a new group", user_ids, MAX_PEOPLE)
    body = {
        "group_name": check_text("the group's name", name, longest),
        "asset_id": check_id("the asset", asset_id),
        "member_user_ids": [check_id("a member", id) for id in user_ids],
    }
    return post(f"{_GROUP}/creategroupwithoa", body | ({"group_description": description} if description else {}))


def show(group_id: str) -> ApiCall:
    """Ask for a group with its asset and its switches."""
    return get(f"{_GROUP}/getgroup", group_id=check_id("the group", group_id))


def groups(offset: int, count: int) -> ApiCall:
    """Ask for a page of the account's groups."""
    return get(f"{_GROUP}/getgroupsofoa", offset=offset, count=count)


def members(group_id: str, offset: int, count: int) -> ApiCall:
    """Ask for a page of a group's members."""
    return get(f"{_GROUP}/listmember", group_id=check_id("the group", group_id), offset=offset, count=count)


def pending(group_id: str, offset: int, count: int) -> ApiCall:
    """Ask for a page of those who wait to be let in."""
    return get(f"{_GROUP}/listpendinginvite", group_id=check_id("the group", group_id), offset=offset, count=count)


def update(group_id: str, changes: GroupUpdate, *, longest: int = NAME) -> ApiCall:
    """Change what a group is called, says and allows."""
    fields = {name: value for name, value in asdict(changes).items() if value is not None}
    if not fields:
        raise RequestRejected("The change of the group is empty: give at least one new value.")
    if changes.group_name is not None:
        check_text("the group's name", changes.group_name, longest)
    return post(f"{_GROUP}/updateinfo", {"group_id": check_id("the group", group_id)} | fields, sends=False)


def move(group_id: str, asset_id: str) -> ApiCall:
    """Let another asset carry a group on, also one whose asset has run out."""
    body = {"group_id": check_id("the group", group_id), "asset_id": check_id("the asset", asset_id)}
    return post(f"{_GROUP}/updateasset", body, sends=False)


def delete(group_id: str) -> ApiCall:
    """Dissolve a group; its asset is free again."""
    return post(f"{_GROUP}/delete", {"group_id": check_id("the group", group_id)}, sends=False)


def invite(group_id: str, user_ids: Sequence[str]) -> Iterator[ApiCall]:
    """Invite people who follow the account or have been in contact in the last 7 days."""
    return _member_calls(group_id, user_ids, "invite", sends=True)


def accept(group_id: str, user_ids: Sequence[str]) -> Iterator[ApiCall]:
    """Let people in who wait."""
    return _member_calls(group_id, user_ids, "acceptpendinginvite")


def reject(group_id: str, user_ids: Sequence[str]) -> Iterator[ApiCall]:
    """Turn people away who wait."""
    return _member_calls(group_id, user_ids, "rejectpendinginvite")


def promote(group_id: str, user_ids: Sequence[str]) -> Iterator[ApiCall]:
    """Make members admins of the group."""
    return _member_calls(group_id, user_ids, "addadmins")


def demote(group_id: str, user_ids: Sequence[str]) -> Iterator[ApiCall]:
    """Make admins of the group plain members."""
    return _member_calls(group_id, user_ids, "removeadmins")


def remove(group_id: str, user_ids: Sequence[str]) -> Iterator[ApiCall]:
    """Take members out."""
    return _member_calls(group_id, user_ids, "removemembers")


def assets(product_type: str, quota_type: str) -> ApiCall:
    """Ask for the assets of a size that came to the account in one of three ways."""
    body = {"quota_owner": "OA", "product_type": product_type, "quota_type": quota_type}
    return post("/v3.0/oa/quota/group", body, sends=False)


def _member_calls(group_id: str, user_ids: Sequence[str], verb: str, *, sends: bool = False) -> Iterator[ApiCall]:
    group = check_id("the group", group_id)
    people = [check_id("a member", id) for id in dict.fromkeys(user_ids)]
    if not people:
        raise RequestRejected("No members are named: give at least one.")
    for start in range(0, len(people), MAX_PEOPLE):
        body = {"group_id": group, "member_user_ids": people[start : start + MAX_PEOPLE]}
        yield post(f"{_GROUP}/{verb}", body, sends=sends)
