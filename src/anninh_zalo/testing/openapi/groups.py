"""Groups of the official account: made, described, written to, dissolved."""

from anninh_zalo.testing import events, grouplife
from anninh_zalo.testing.call import Call, Route
from anninh_zalo.testing.clock import day, milliseconds
from anninh_zalo.testing.grouplife import SETTINGS
from anninh_zalo.testing.openapi import bodies, night
from anninh_zalo.testing.openapi.windows import WINDOW
from anninh_zalo.testing.state import MAX_MEMBERS, Asset, Group, Profile
from anninh_zalo.testing.wire import Json, Refused
from anninh_zalo.testing.world import group_of, person_of


def create(call: Call) -> Json:
    """POST creategroupwithoa."""
    name, asset = call.text("group_name", call.world.manners.group_name), free_asset(call)
    people = [person_of(call.account, id) for id in call.ids("member_user_ids")]
    if not any(person.admin for person in people):
        raise Refused(-201, "member_user_ids needs an admin of the OA")
    for person in people:
        reachable(call, person)
    group = Group(id=call.world.ids.hex("group"), name=name, asset=asset, link="")
    group.link = f"https://zalo.me/g/{group.id[:6]}"
    group.description = str(call.params.get("group_description") or "")
    group.settings = dict.fromkeys(SETTINGS, False) | {"enable_link_join": True}
    if len(people) > grouplife.room(group):
        raise Refused(-210, f"member_user_ids is over {MAX_MEMBERS[asset.kind]}")
    group.members = {person.id: person for person in people}
    group.admins = {person.id for person in people if person.admin}
    call.account.groups[group.id], asset.group = group, group.id
    grouplife.tell(call.world, call.account, group, "create_group", people)
    return shown(call, group)


def reachable(call: Call, person: Profile) -> None:
    """Let only those be invited who follow, or spoke in the last 7 days.

    Raises:
        Refused: neither.
    """
    last = person.last_interaction
    if not person.follows and (last is None or call.world.now() - last > WINDOW):
        raise Refused(-213, f"user_id {person.id} has not followed the OA or interacted in the past 7 days")
    if person.refusal:
        raise Refused(person.refusal, f"user_id {person.id} can't be invited")


def free_asset(call: Call) -> Asset:
    """Return the asset that a call names.

    Raises:
        Refused: there is none, it carries a group, or it has run out.
    """
    asset = call.account.assets.get(call.text("asset_id"))
    if asset is None:
        raise Refused(-201, "asset_id is invalid")
    if asset.group or asset.until <= call.world.now():
        raise Refused(-238, "asset_id has been used or disabled")
    return asset


def usable(call: Call) -> Group:
    """Return the group that a call names, if its asset hasn't run out.

    Raises:
        Refused: there is none, or it is disabled.
    """
    group = group_of(call.account, call.text("group_id"))
    if not grouplife.enabled(call.world, group):
        raise Refused(-237, "The group has been disabled: its asset has expired")
    return group


def getgroup(call: Call) -> Json:
    """GET getgroup."""
    return shown(call, group_of(call.account, call.text("group_id")))


def listed(call: Call) -> Json:
    """GET getgroupsofoa."""
    groups = [_brief(call, group) for group in call.account.groups.values()]
    return {"total": len(groups), "groups": call.page(groups, 5, 50)}


def update(call: Call) -> Json:
    """POST updateinfo."""
    group = usable(call)
    if "group_name" in call.params:
        group.name = call.text("group_name", call.world.manners.group_name)
    group.description = str(call.params.get("group_description", group.description))
    group.avatar = str(call.params.get("group_avatar", group.avatar))
    for name in SETTINGS:
        wanted = call.flag(name)
        group.settings[name] = group.settings[name] if wanted is None else wanted
    grouplife.tell(call.world, call.account, group, "update_group_info")
    return shown(call, group)


def renew(call: Call) -> Json:
    """POST updateasset: another asset carries the group on, also one that was disabled."""
    group, asset = group_of(call.account, call.text("group_id")), free_asset(call)
    if len(group.members) > MAX_MEMBERS[asset.kind]:
        raise Refused(-241, "asset_id is too small for this group")
    group.asset.group = ""
    group.asset, asset.group = asset, group.id
    return shown(call, group)


def delete(call: Call) -> Json:
    """POST delete."""
    grouplife.dissolve(call.world, call.account, group_of(call.account, call.text("group_id")))
    return {}


def message(call: Call) -> Json:
    """POST message."""
    id = str(call.inside("recipient").get("group_id", ""))
    group = group_of(call.account, id)
    if not grouplife.enabled(call.world, group):
        raise Refused(-237, "The group has been disabled: its asset has expired")
    night.check(call.world)
    body = bodies.read(call, group=True)
    bodies.check_quote(call.account, body, id)
    sent = bodies.written(call, body, id, group=True)
    call.world.keep(call.account, sent, [*group.members.values()])
    call.world.emit(call.account, events.message(call.account, sent))
    return {"message_id": sent.id, "group_id": id, "sent_time": str(milliseconds(sent.at))}


def shown(call: Call, group: Group) -> Json:
    """Return a group as answers show it."""
    asset = group.asset
    info = _brief(call, group) | {
        "group_link": group.link,
        "group_description": group.description,
        "max_member": str(MAX_MEMBERS[asset.kind]),
        "auto_delete_date": day(asset.until + grouplife.LINGERS),
    }
    return {
        "group_id": group.id,
        "group_link": group.link,
        "group_info": info,
        "asset_info": {
            "asset_type": asset.kind,
            "asset_id": asset.id,
            "valid_through": day(asset.until),
            "auto_renew": asset.auto_renew,
        },
        "group_setting": dict(group.settings),
    }


def _brief(call: Call, group: Group) -> Json:
    return {
        "group_id": group.id,
        "name": group.name,
        "avatar": group.avatar,
        "status": "enabled" if grouplife.enabled(call.world, group) else "disabled",
        "total_member": str(len(group.members) + group.others),
    }


_GROUP = "/v3.0/oa/group"
ROUTES = (
    Route("POST", f"{_GROUP}/creategroupwithoa", create),
    Route("GET", f"{_GROUP}/getgroup", getgroup),
    Route("GET", f"{_GROUP}/getgroupsofoa", listed),
    Route("POST", f"{_GROUP}/updateinfo", update),
    Route("POST", f"{_GROUP}/updateasset", renew),
    Route("POST", f"{_GROUP}/delete", delete),
    Route("POST", f"{_GROUP}/message", message),
)
