"""The people an official account knows."""

from datetime import datetime, timedelta

from anninh_zalo.testing.call import Call, Route
from anninh_zalo.testing.clock import VIETNAM, day
from anninh_zalo.testing.ids import for_app
from anninh_zalo.testing.state import Profile
from anninh_zalo.testing.wire import Json, Refused
from anninh_zalo.testing.world import person_of

_PERIODS = {"TODAY": 0, "YESTERDAY": 1, "L7D": 6, "L30D": 29}


def detail(call: Call) -> Json:
    """GET /v3.0/oa/user/detail."""
    person = person_of(call.account, call.text("user_id"))
    avatar = f"{call.world.media_base}/avatar"
    return {
        "user_id": person.id,
        "user_id_by_app": for_app(call.app.id, person.id),
        "user_external_id": "",
        "display_name": person.name,
        "user_alias": person.alias or person.name,
        "is_sensitive": False,
        "user_last_interaction_date": day(person.last_interaction) if person.last_interaction else "",
        "user_is_follower": person.follows,
        "avatar": avatar,
        "avatars": {"120": avatar, "240": avatar},
        "tags_and_notes_info": {"notes": [], "tag_names": [*person.tags]},
        "shared_info": dict(person.shared),
    }


def getlist(call: Call) -> Json:
    """GET /v3.0/oa/user/getlist."""
    tag, follower = call.params.get("tag_name"), call.flag("is_follower")
    first, last = _period(call)
    found = [
        person
        for person in call.account.people.values()
        if tag in (None, "", *person.tags)
        and follower in (None, person.follows)
        and (not first or (_day(person) and first <= _day(person) <= last))
    ]
    offset, count = call.whole("offset", 0, 9951), call.whole("count", 50, 50)
    users = [{"user_id": person.id} for person in found[offset : offset + count]]
    return {"total": len(found), "count": len(users), "offset": offset, "users": users}


def _day(person: Profile) -> str:
    at = person.last_interaction
    return at.astimezone(VIETNAM).strftime("%Y%m%d") if at else ""


def _period(call: Call) -> tuple[str, str]:
    """Return first and last day as sortable texts, empty for any."""
    period = str(call.params.get("last_interaction_period") or "")
    today = call.world.now().astimezone(VIETNAM)
    if not period:
        return "", ""
    if period in _PERIODS:
        first = today - timedelta(days=_PERIODS[period])
        last = first if period == "YESTERDAY" else today
        return first.strftime("%Y%m%d"), last.strftime("%Y%m%d")
    try:
        first, last = (datetime.strptime(one, "%Y_%m_%d").replace(tzinfo=VIETNAM) for one in period.split(":"))
    except ValueError:
        raise Refused(-201, "last_interaction_period is invalid") from None
    return first.strftime("%Y%m%d"), last.strftime("%Y%m%d")


def update(call: Call) -> Json:
    """POST /v3.0/oa/user/update."""
    person = person_of(call.account, call.text("user_id"))
    person.alias = str(call.params.get("alias") or person.alias)
    if "shared_info" in call.params:
        person.shared |= call.inside("shared_info")
    return {}


def ended(_call: Call) -> Json:
    """Calls of the second version that ended for businesses on 2024-06-01."""
    raise Refused(-240, "UserInfo API has been shut down")


ROUTES = (
    Route("GET", "/v3.0/oa/user/detail", detail, data=True),
    Route("GET", "/v3.0/oa/user/getlist", getlist, data=True),
    Route("POST", "/v3.0/oa/user/update", update),
    Route("GET", "/v2.0/oa/getprofile", ended, data=True),
    Route("GET", "/v2.0/oa/getfollowers", ended, data=True),
    Route("POST", "/v2.0/oa/updatefollowerinfo", ended),
)
