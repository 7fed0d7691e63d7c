"""The sandbox's handlers for calls about the members of groups."""

from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.openapi.groups import find_usable_group, require_reachable
from anninh_zalo.testing.simulation import group_simulation
from anninh_zalo.testing.state import SandboxGroup, SandboxProfile
from anninh_zalo.testing.wire import Json, SandboxRefusal
from anninh_zalo.testing.world import find_group, find_person


def list_members(call: SandboxCall) -> Json:
    """Answer GET listmember with a group's members; they include the official account."""
    group = find_group(call.account, call.text("group_id"))
    avatar = f"{call.world.media_base}/avatar"
    account_entry: Json = {"oa_id": call.account.id, "name": call.account.name, "avatar": avatar}
    people = [{"user_id": person.id, "name": person.name, "avatar": avatar} for person in group.members.values()]
    return call.get_group_page("members", [account_entry, *people], "member_count")


def list_waiting_people(call: SandboxCall) -> Json:
    """Answer GET listpendinginvite with the people who wait for approval."""
    group = find_group(call.account, call.text("group_id"))
    people = [{"user_id": person.id, "name": person.name} for person in group.pending.values()]
    return call.get_group_page("members", people, "member_count")


def invite_people(call: SandboxCall) -> Json:
    """Answer POST invite; the invited people become members at once."""
    group = find_usable_group(call)
    people = [find_person(call.account, id) for id in call.ids("member_user_ids")]
    for person in people:
        require_reachable(call, person)
    group_simulation.admit_people(call.world, call.account, group, people, "user_join_group")
    return {}


def accept_people(call: SandboxCall) -> Json:
    """Answer POST acceptpendinginvite, which makes waiting people members."""
    group = find_usable_group(call)
    group_simulation.admit_people(
        call.world, call.account, group, _find_waiting_people(call, group), "accept_request_join_group"
    )
    return {}


def reject_people(call: SandboxCall) -> Json:
    """Answer POST rejectpendinginvite, which rejects waiting people."""
    group = find_usable_group(call)
    people = _find_waiting_people(call, group)
    for person in people:
        del group.pending[person.id]
    group_simulation.emit_event(call.world, call.account, group, "reject_request_join_group", people)
    return {}


def promote_members(call: SandboxCall) -> Json:
    """Answer POST addadmins, which makes members admins of the group."""
    group = find_usable_group(call)
    people = _find_members(call, group)
    group.admins |= {person.id for person in people}
    group_simulation.emit_event(call.world, call.account, group, "add_group_admin", people)
    return {}


def demote_admins(call: SandboxCall) -> Json:
    """Answer POST removeadmins, which makes admins of the group plain members."""
    group = find_usable_group(call)
    people = _find_members(call, group)
    group.admins -= {person.id for person in people}
    group_simulation.emit_event(call.world, call.account, group, "remove_group_admin", people)
    return {}


def remove_members(call: SandboxCall) -> Json:
    """Answer POST removemembers, which removes members from the group."""
    group = find_usable_group(call)
    group_simulation.dismiss_members(call.world, call.account, group, _find_members(call, group))
    return {}


def _find_members(call: SandboxCall, group: SandboxGroup) -> list[SandboxProfile]:
    return _find_named_people(call, group.members)


def _find_waiting_people(call: SandboxCall, group: SandboxGroup) -> list[SandboxProfile]:
    return _find_named_people(call, group.pending)


def _find_named_people(call: SandboxCall, people: dict[str, SandboxProfile]) -> list[SandboxProfile]:
    ids = call.ids("member_user_ids")
    if strangers := [id for id in ids if id not in people]:
        raise SandboxRefusal(-201, f"member_user_ids is invalid: {strangers[0]}")
    return [people[id] for id in ids]


_GROUP = "/v3.0/oa/group"
ROUTES = (
    SandboxRoute("GET", f"{_GROUP}/listmember", list_members),
    SandboxRoute("GET", f"{_GROUP}/listpendinginvite", list_waiting_people),
    SandboxRoute("POST", f"{_GROUP}/invite", invite_people),
    SandboxRoute("POST", f"{_GROUP}/acceptpendinginvite", accept_people),
    SandboxRoute("POST", f"{_GROUP}/rejectpendinginvite", reject_people),
    SandboxRoute("POST", f"{_GROUP}/addadmins", promote_members),
    SandboxRoute("POST", f"{_GROUP}/removeadmins", demote_admins),
    SandboxRoute("POST", f"{_GROUP}/removemembers", remove_members),
)
