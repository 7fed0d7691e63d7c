"""The calls about groups, in Zalo's spelling.

Lists of people go in calls of at most 99; what a call says twice changes nothing, but for making a group and inviting.
"""

from collections.abc import Iterator, Sequence

from attrs import asdict, field, frozen

from anninh_core.kernel.errors import RequestRejected
from anninh_zalo.api.calls import Call, get, post
from anninh_zalo.sending.limits import id_of, some, text_of

AT_ONCE = 99
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


def create(name: str, asset_id: str, user_ids: Sequence[str], description: str = "", *, longest: int = NAME) -> Call:
    """Make a group on a free asset; one of the people has to be an admin of the account."""
    some("members of a new group", user_ids, AT_ONCE)
    body = {
        "group_name": text_of("the group's name", name, longest),
        "asset_id": id_of("the asset", asset_id),
        "member_user_ids": [id_of("a member", id) for id in user_ids],
    }
    return post(f"{_GROUP}/creategroupwithoa", body | ({"group_description": description} if description else {}))


def show(group_id: str) -> Call:
    """Ask for a group with its asset and its switches."""
    return get(f"{_GROUP}/getgroup", group_id=id_of("the group", group_id))


def groups(offset: int, count: int) -> Call:
    """Ask for a page of the account's groups."""
    return get(f"{_GROUP}/getgroupsofoa", offset=offset, count=count)


def members(group_id: str, offset: int, count: int) -> Call:
    """Ask for a page of a group's members."""
    return get(f"{_GROUP}/listmember", group_id=id_of("the group", group_id), offset=offset, count=count)


def pending(group_id: str, offset: int, count: int) -> Call:
    """Ask for a page of those who wait to be let in."""
    return get(f"{_GROUP}/listpendinginvite", group_id=id_of("the group", group_id), offset=offset, count=count)


def update(group_id: str, changes: GroupUpdate, *, longest: int = NAME) -> Call:
    """Change what a group is called, says and allows."""
    wanted = {name: value for name, value in asdict(changes).items() if value is not None}
    if not wanted:
        raise RequestRejected("a change of a group that changes nothing can't be asked for; name what shall be new")
    if changes.group_name is not None:
        text_of("the group's name", changes.group_name, longest)
    return post(f"{_GROUP}/updateinfo", {"group_id": id_of("the group", group_id)} | wanted, sends=False)


def move(group_id: str, asset_id: str) -> Call:
    """Let another asset carry a group on, also one whose asset has run out."""
    body = {"group_id": id_of("the group", group_id), "asset_id": id_of("the asset", asset_id)}
    return post(f"{_GROUP}/updateasset", body, sends=False)


def delete(group_id: str) -> Call:
    """Dissolve a group; its asset is free again."""
    return post(f"{_GROUP}/delete", {"group_id": id_of("the group", group_id)}, sends=False)


def invite(group_id: str, user_ids: Sequence[str]) -> Iterator[Call]:
    """Invite people who follow the account or have been in contact in the last 7 days."""
    return _about(group_id, user_ids, "invite", sends=True)


def accept(group_id: str, user_ids: Sequence[str]) -> Iterator[Call]:
    """Let people in who wait."""
    return _about(group_id, user_ids, "acceptpendinginvite")


def reject(group_id: str, user_ids: Sequence[str]) -> Iterator[Call]:
    """Turn people away who wait."""
    return _about(group_id, user_ids, "rejectpendinginvite")


def promote(group_id: str, user_ids: Sequence[str]) -> Iterator[Call]:
    """Make members admins of the group."""
    return _about(group_id, user_ids, "addadmins")


def demote(group_id: str, user_ids: Sequence[str]) -> Iterator[Call]:
    """Make admins of the group plain members."""
    return _about(group_id, user_ids, "removeadmins")


def remove(group_id: str, user_ids: Sequence[str]) -> Iterator[Call]:
    """Take members out."""
    return _about(group_id, user_ids, "removemembers")


def assets(product_type: str, quota_type: str) -> Call:
    """Ask for the assets of a size that came to the account in one of three ways."""
    body = {"quota_owner": "OA", "product_type": product_type, "quota_type": quota_type}
    return post("/v3.0/oa/quota/group", body, sends=False)


def _about(group_id: str, user_ids: Sequence[str], verb: str, *, sends: bool = False) -> Iterator[Call]:
    group, people = id_of("the group", group_id), [id_of("a member", id) for id in dict.fromkeys(user_ids)]
    if not people:
        raise RequestRejected("nobody is named; give at least one member")
    for start in range(0, len(people), AT_ONCE):
        body = {"group_id": group, "member_user_ids": people[start : start + AT_ONCE]}
        yield post(f"{_GROUP}/{verb}", body, sends=sends)
