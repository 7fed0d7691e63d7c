"""Members of groups."""

from anninh_zalo.testing import grouplife
from anninh_zalo.testing.call import Call, Route
from anninh_zalo.testing.openapi.groups import reachable, usable
from anninh_zalo.testing.state import Group, Profile
from anninh_zalo.testing.wire import Json, Refused
from anninh_zalo.testing.world import group_of, person_of


def listed(call: Call) -> Json:
    """GET listmember; the official account is one of them."""
    group = group_of(call.account, call.text("group_id"))
    avatar = f"{call.world.media_base}/avatar"
    ours: Json = {"oa_id": call.account.id, "name": call.account.name, "avatar": avatar}
    people = [{"user_id": one.id, "name": one.name, "avatar": avatar} for one in group.members.values()]
    found = call.page([ours, *people], 5, 50)
    return {"total": 1 + len(people), "member_count": len(found), "members": found}


def pending(call: Call) -> Json:
    """GET listpendinginvite: those who wait to be let in."""
    group = group_of(call.account, call.text("group_id"))
    people = [{"user_id": one.id, "name": one.name} for one in group.pending.values()]
    return {"total": len(people), "members": call.page(people, 5, 50)}


def invite(call: Call) -> Json:
    """POST invite: they are members at once."""
    group = usable(call)
    people = [person_of(call.account, id) for id in call.ids("member_user_ids")]
    for person in people:
        reachable(call, person)
    grouplife.admit(call.world, call.account, group, people, "user_join_group")
    return {}


def accept(call: Call) -> Json:
    """POST acceptpendinginvite."""
    group = usable(call)
    grouplife.admit(call.world, call.account, group, _waiting(call, group), "accept_request_join_group")
    return {}


def reject(call: Call) -> Json:
    """POST rejectpendinginvite."""
    group = usable(call)
    people = _waiting(call, group)
    for person in people:
        del group.pending[person.id]
    grouplife.tell(call.world, call.account, group, "reject_request_join_group", people)
    return {}


def promote(call: Call) -> Json:
    """POST addadmins."""
    group = usable(call)
    people = _members(call, group)
    group.admins |= {person.id for person in people}
    grouplife.tell(call.world, call.account, group, "add_group_admin", people)
    return {}


def demote(call: Call) -> Json:
    """POST removeadmins."""
    group = usable(call)
    people = _members(call, group)
    group.admins -= {person.id for person in people}
    grouplife.tell(call.world, call.account, group, "remove_group_admin", people)
    return {}


def remove(call: Call) -> Json:
    """POST removemembers."""
    group = usable(call)
    grouplife.dismiss(call.world, call.account, group, _members(call, group))
    return {}


def _members(call: Call, group: Group) -> list[Profile]:
    return _among(call, group.members)


def _waiting(call: Call, group: Group) -> list[Profile]:
    return _among(call, group.pending)


def _among(call: Call, people: dict[str, Profile]) -> list[Profile]:
    ids = call.ids("member_user_ids")
    if strangers := [id for id in ids if id not in people]:
        raise Refused(-201, f"member_user_ids is invalid: {strangers[0]}")
    return [people[id] for id in ids]


_GROUP = "/v3.0/oa/group"
ROUTES = (
    Route("GET", f"{_GROUP}/listmember", listed),
    Route("GET", f"{_GROUP}/listpendinginvite", pending),
    Route("POST", f"{_GROUP}/invite", invite),
    Route("POST", f"{_GROUP}/acceptpendinginvite", accept),
    Route("POST", f"{_GROUP}/rejectpendinginvite", reject),
    Route("POST", f"{_GROUP}/addadmins", promote),
    Route("POST", f"{_GROUP}/removeadmins", demote),
    Route("POST", f"{_GROUP}/removemembers", remove),
)
