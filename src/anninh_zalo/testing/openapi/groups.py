"""The sandbox's handlers for calls that create, describe, write to and dissolve groups of the official account."""

from anninh_zalo.testing import events, night
from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.clock import format_day, to_milliseconds
from anninh_zalo.testing.openapi.content import bodies
from anninh_zalo.testing.openapi.messages.windows import WINDOW
from anninh_zalo.testing.simulation import group_simulation
from anninh_zalo.testing.simulation.group_simulation import SETTINGS
from anninh_zalo.testing.state import MAX_MEMBERS, SandboxAsset, SandboxGroup, SandboxProfile
from anninh_zalo.testing.wire import Json, SandboxRefusal
from anninh_zalo.testing.world import find_group, find_person


def create(call: SandboxCall) -> Json:
    """Answer POST creategroupwithoa, which creates a group."""
    name = call.text("group_name", call.world.variants.group_name)
    asset = find_free_asset(call)
    people = [find_person(call.account, id) for id in call.ids("member_user_ids")]
    if not any(person.admin for person in people):
        raise SandboxRefusal(-201, "member_user_ids needs an admin of the OA")
    for person in people:
        require_reachable(call, person)
    group = SandboxGroup(id=call.world.ids.hex("group"), name=name, asset=asset, link="")
    group.link = f"https://zalo.me/g/{group.id[:6]}"
    group.description = str(call.params.get("group_description") or "")
    group.settings = dict.fromkeys(SETTINGS, False) | {"enable_link_join": True}
    if len(people) > group_simulation.count_free_places(group):
        raise SandboxRefusal(-210, f"member_user_ids is over {MAX_MEMBERS[asset.kind]}")
    group.members = {person.id: person for person in people}
    group.admins = {person.id for person in people if person.admin}
    call.account.groups[group.id] = group
    asset.group = group.id
    group_simulation.emit_event(call.world, call.account, group, "create_group", people)
    return group_json(call, group)


def require_reachable(call: SandboxCall, person: SandboxProfile) -> None:
    """Check that a person may be invited, as a follower or by an interaction in the last 7 days.

    Raises:
        SandboxRefusal: neither, or the person refuses messages.
    """
    last = person.last_interaction
    if not person.follows and (last is None or call.world.now() - last > WINDOW):
        raise SandboxRefusal(-213, f"user_id {person.id} has not followed the OA or interacted in the past 7 days")
    if person.refusal:
        raise SandboxRefusal(person.refusal, f"user_id {person.id} can't be invited")


def find_free_asset(call: SandboxCall) -> SandboxAsset:
    """Return the asset that a call names, if it can carry a new group.

    Raises:
        SandboxRefusal: it doesn't exist, carries a group, or has expired.
    """
    asset = call.account.assets.get(call.text("asset_id"))
    if asset is None:
        raise SandboxRefusal(-201, "asset_id is invalid")
    if asset.group or asset.until <= call.world.now():
        raise SandboxRefusal(-238, "asset_id has been used or disabled")
    return asset


def find_usable_group(call: SandboxCall) -> SandboxGroup:
    """Return the group that a call names, if its asset hasn't expired.

    Raises:
        SandboxRefusal: it doesn't exist, or is disabled.
    """
    group = find_group(call.account, call.text("group_id"))
    if not group_simulation.is_enabled(call.world, group):
        raise SandboxRefusal(-237, "The group has been disabled: its asset has expired")
    return group


def get_group(call: SandboxCall) -> Json:
    """Answer GET getgroup with one group."""
    return group_json(call, find_group(call.account, call.text("group_id")))


def list_groups(call: SandboxCall) -> Json:
    """Answer GET getgroupsofoa with a page of the account's groups."""
    groups = [_summary_json(call, group) for group in call.account.groups.values()]
    return call.get_group_page("groups", groups, "group_count")


def update_group(call: SandboxCall) -> Json:
    """Answer POST updateinfo, which changes a group's name, picture, description and switches."""
    group = find_usable_group(call)
    if "group_name" in call.params:
        group.name = call.text("group_name", call.world.variants.group_name)
    group.description = str(call.params.get("group_description", group.description))
    group.avatar = str(call.params.get("group_avatar", group.avatar))
    for name in SETTINGS:
        is_on = call.flag(name)
        group.settings[name] = group.settings[name] if is_on is None else is_on
    group_simulation.emit_event(call.world, call.account, group, "update_group_info")
    return group_json(call, group)


def move_group(call: SandboxCall) -> Json:
    """Answer POST updateasset, which moves a group to another asset, even a disabled group."""
    group = find_group(call.account, call.text("group_id"))
    asset = find_free_asset(call)
    if len(group.members) > MAX_MEMBERS[asset.kind]:
        raise SandboxRefusal(-241, "asset_id is too small for this group")
    group.asset.group = ""
    group.asset = asset
    asset.group = group.id
    return group_json(call, group)


def delete_group(call: SandboxCall) -> Json:
    """Answer POST delete, which dissolves a group."""
    group_simulation.dissolve_group(call.world, call.account, find_group(call.account, call.text("group_id")))
    return {}


def send_message(call: SandboxCall) -> Json:
    """Answer POST message, which sends a message to a group."""
    id = str(call.get_object("recipient").get("group_id", ""))
    group = find_group(call.account, id)
    if not group_simulation.is_enabled(call.world, group):
        raise SandboxRefusal(-237, "The group has been disabled: its asset has expired")
    night.refuse_at_night(call.world)
    body = bodies.read_body(call, group=True)
    bodies.check_quote(call.account, body, id)
    sent_message = bodies.build_message(call, body, id, group=True)
    call.world.record_message(call.account, sent_message, [*group.members.values()])
    call.world.emit(call.account, events.build_message_event(call.account, sent_message))
    return {"message_id": sent_message.id, "group_id": id, "sent_time": str(to_milliseconds(sent_message.at))}


def group_json(call: SandboxCall, group: SandboxGroup) -> Json:
    """Return a group in the format of responses."""
    asset = group.asset
    info = _summary_json(call, group) | {
        "max_member": str(MAX_MEMBERS[asset.kind]),
        "auto_delete_date": format_day(asset.until + group_simulation.DELETION_DELAY),
    }
    return {
        "group_id": group.id,
        "group_link": group.link,
        "group_info": info,
        "asset_info": {
            "asset_type": asset.kind,
            "asset_id": asset.id,
            "valid_through": format_day(asset.until),
            "auto_renew": asset.auto_renew,
        },
        "group_setting": dict(group.settings),
    }


def _summary_json(call: SandboxCall, group: SandboxGroup) -> Json:
    return {
        "group_id": group.id,
        "name": group.name,
        "avatar": group.avatar,
        "group_link": group.link,
        "group_description": group.description,
        "status": "enabled" if group_simulation.is_enabled(call.world, group) else "disabled",
        "total_member": len(group.members) + group.others,
    }


_GROUP = "/v3.0/oa/group"
ROUTES = (
    SandboxRoute("POST", f"{_GROUP}/creategroupwithoa", create),
    SandboxRoute("GET", f"{_GROUP}/getgroup", get_group),
    SandboxRoute("GET", f"{_GROUP}/getgroupsofoa", list_groups),
    SandboxRoute("POST", f"{_GROUP}/updateinfo", update_group),
    SandboxRoute("POST", f"{_GROUP}/updateasset", move_group),
    SandboxRoute("POST", f"{_GROUP}/delete", delete_group),
    SandboxRoute("POST", f"{_GROUP}/message", send_message),
)
