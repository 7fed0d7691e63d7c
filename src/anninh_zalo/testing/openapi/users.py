"""The sandbox's handlers for calls about the people whom an official account knows."""

from datetime import datetime, timedelta

from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.clock import VIETNAM, format_day
from anninh_zalo.testing.ids import app_scoped_id
from anninh_zalo.testing.state import SandboxProfile
from anninh_zalo.testing.wire import Json, SandboxRefusal
from anninh_zalo.testing.world import find_person

_PERIODS = {"TODAY": 0, "YESTERDAY": 1, "L7D": 6, "L30D": 29}


def get_person(call: SandboxCall) -> Json:
    """Answer GET /v3.0/oa/user/detail with the data about one person."""
    person = find_person(call.account, call.text("user_id"))
    avatar = f"{call.world.media_base}/avatar"
    return {
        "user_id": person.id,
        "user_id_by_app": app_scoped_id(call.app.id, person.id),
        "user_external_id": "",
        "display_name": person.name,
        "user_alias": person.alias or person.name,
        "is_sensitive": False,
        "user_last_interaction_date": format_day(person.last_interaction) if person.last_interaction else "",
        "user_is_follower": person.follows,
        "avatar": avatar,
        "avatars": {"120": avatar, "240": avatar},
        "tags_and_notes_info": {"notes": [], "tag_names": [*person.tags]},
        "shared_info": dict(person.shared),
    }


def list_people(call: SandboxCall) -> Json:
    """Answer GET /v3.0/oa/user/getlist with a page of the people who match the criteria."""
    tag = call.params.get("tag_name")
    follower = call.flag("is_follower")
    first, last = _read_period(call)
    matches = [
        person
        for person in call.account.people.values()
        if tag in (None, "", *person.tags)
        and follower in (None, person.follows)
        and (not first or (_interaction_day(person) and first <= _interaction_day(person) <= last))
    ]
    offset = call.whole("offset", 0, 9951)
    count = call.whole("count", 50, 50)
    users = [{"user_id": person.id} for person in matches[offset : offset + count]]
    return {"total": len(matches), "count": len(users), "offset": offset, "users": users}


def _interaction_day(person: SandboxProfile) -> str:
    at = person.last_interaction
    return at.astimezone(VIETNAM).strftime("%Y%m%d") if at else ""


def _read_period(call: SandboxCall) -> tuple[str, str]:
    """Return first and last day of the call's period as sortable texts, "" for any day."""
    period = str(call.params.get("last_interaction_period") or "")
    today = call.world.now().astimezone(VIETNAM)
    if not period:
        return "", ""
    if period in _PERIODS:
        first = today - timedelta(days=_PERIODS[period])
        last = first if period == "YESTERDAY" else today
        return first.strftime("%Y%m%d"), last.strftime("%Y%m%d")
    try:
        first, last = (
            datetime.strptime(day_text, "%Y_%m_%d").replace(tzinfo=VIETNAM) for day_text in period.split(":")
        )
    except ValueError:
        raise SandboxRefusal(-201, "last_interaction_period is invalid") from None
    return first.strftime("%Y%m%d"), last.strftime("%Y%m%d")


def update_person(call: SandboxCall) -> Json:
    """Answer POST /v3.0/oa/user/update, which changes the account's data about a person."""
    person = find_person(call.account, call.text("user_id"))
    person.alias = str(call.params.get("alias") or person.alias)
    if "shared_info" in call.params:
        person.shared |= call.get_object("shared_info")
    return {}


def refuse_ended_call(_call: SandboxCall) -> Json:
    """Refuse the calls of the second version, which ended for businesses on 2024-06-01."""
    raise SandboxRefusal(-240, "UserInfo API has been shut down")


ROUTES = (
    SandboxRoute("GET", "/v3.0/oa/user/detail", get_person, data=True),
    SandboxRoute("GET", "/v3.0/oa/user/getlist", list_people, data=True),
    SandboxRoute("POST", "/v3.0/oa/user/update", update_person),
    SandboxRoute("GET", "/v2.0/oa/getprofile", refuse_ended_call, data=True),
    SandboxRoute("GET", "/v2.0/oa/getfollowers", refuse_ended_call, data=True),
    SandboxRoute("POST", "/v2.0/oa/updatefollowerinfo", refuse_ended_call),
)
