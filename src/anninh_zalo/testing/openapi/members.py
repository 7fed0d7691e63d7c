"""Calls about members of groups."""

from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.openapi.groups import find_usable_group, require_reachable
from anninh_zalo.testing.simulation import group_simulation
from anninh_zalo.testing.state import SandboxGroup, SandboxProfile
from anninh_zalo.testing.wire import Json, SandboxRefusal
from anninh_zalo.testing.world import find_group, find_person


def list_members(call: SandboxCall) -> Json:
    """GET listmember; includes the official account."""
    group = find_group(call.account, call.text("group_id"))
    avatar = f"{call.world.media_base}/avatar"
    account_entry: Json = {"oa_id": call.account.id, "name": call.account.name, "avatar": avatar}
    people = [{"user_id": person.id, "name": person.name, "avatar": avatar} for person in group.members.values()]
    return call.group_page("members", [account_entry, *people], "member_count")


def pending(call: SandboxCall) -> Json:
    """GET listpendinginvite: the people who wait for approval."""
    group = find_group(call.account, call.text("group_id"))
    people = [{"user_id": person.id, "name": person.name} for person in group.pending.values()]
    return call.group_page("members", people, "member_count")


def invite(call: SandboxCall) -> Json:
    """POST invite: the people become members at once."""
    group = find_usable_group(call)
    people = [find_person(call.account, id) for id in call.ids("member_user_ids")]
    for person in people:
        require_reachable(call, person)
    group_simulation.admit(call.world, call.account, group, people, "user_join_group")
    return {}


def accept(call: SandboxCall) -> Json:
    """POST acceptpendinginvite."""
    group = find_usable_group(call)
    group_simulation.admit(call.world, call.account, group, _waiting(call, group), "accept_request_join_group")
    return {}


def reject(call: SandboxCall) -> Json:
    """POST rejectpendinginvite."""
    group = find_usable_group(call)
    people = _waiting(call, group)
    for person in people:
        del group.pending[person.id]
    group_simulation.emit_event(call.world, call.account, group, "reject_request_join_group", people)
    return {}


def promote(call: SandboxCall) -> Json:
    """POST addadmins."""
    group = find_usable_group(call)
    people = _members(call, group)
    group.admins |= {person.id for person in people}
    group_simulation.emit_event(call.world, call.account, group, "add_group_admin", people)
    return {}


def demote(call: SandboxCall) -> Json:
    """POST removeadmins."""
    group = find_usable_group(call)
    people = _members(call, group)
    group.admins -= {person.id for person in people}
    group_simulation.emit_event(call.world, call.account, group, "remove_group_admin", people)
    return {}


def remove(call: SandboxCall) -> Json:
    """POST removemembers."""
    group = find_usable_group(call)
    group_simulation.dismiss(call.world, call.account, group, _members(call, group))
    return {}


def _members(call: SandboxCall, group: SandboxGroup) -> list[SandboxProfile]:
    return _named_people(call, group.members)


def _waiting(call: SandboxCall, group: SandboxGroup) -> list[SandboxProfile]:
    return _named_people(call, group.pending)


def _named_people(call: SandboxCall, people: dict[str, SandboxProfile]) -> list[SandboxProfile]:
    ids = call.ids("member_user_ids")
    if strangers := [id for id in ids if id not in people]:
        raise SandboxRefusal(-201, f"member_user_ids is invalid: {strangers[0]}")
    return [people[id] for id in ids]


_GROUP = "/v3.0/oa/group"
ROUTES = (
    SandboxRoute("GET", f"{_GROUP}/listmember", list_members),
    SandboxRoute("GET", f"{_GROUP}/listpendinginvite", pending),
    SandboxRoute("POST", f"{_GROUP}/invite", invite),
    SandboxRoute("POST", f"{_GROUP}/acceptpendinginvite", accept),
    SandboxRoute("POST", f"{_GROUP}/rejectpendinginvite", reject),
    SandboxRoute("POST", f"{_GROUP}/addadmins", promote),
    SandboxRoute("POST", f"{_GROUP}/removeadmins", demote),
    SandboxRoute("POST", f"{_GROUP}/removemembers", remove),
)
