"""Tags on people."""

from anninh_zalo.testing import events
from anninh_zalo.testing.call import Call, Route
from anninh_zalo.testing.state import Profile
from anninh_zalo.testing.wire import Json, Refused
from anninh_zalo.testing.world import person_of


def put(call: Call) -> Json:
    """POST /v2.0/oa/tag/tagfollower."""
    person, name = person_of(call.account, call.text("user_id")), call.text("tag_name")
    if name not in call.account.tags:
        call.account.tags.append(name)
    if name not in person.tags:
        person.tags.append(name)
        _tell(call, "add_user_to_tag", name, [person])
    return {}


def take(call: Call) -> Json:
    """POST /v2.0/oa/tag/rmfollowerfromtag."""
    person, name = person_of(call.account, call.text("user_id")), _known(call)
    if name in person.tags:
        person.tags.remove(name)
        _tell(call, "remove_user_from_tag", name, [person])
    return {}


def remove(call: Call) -> Json:
    """POST /v2.0/oa/tag/rmtag."""
    name = _known(call)
    call.account.tags.remove(name)
    for person in call.account.people.values():
        person.tags = [tag for tag in person.tags if tag != name]
    _tell(call, "remove_tag", name, [])
    return {}


def listed(call: Call) -> list[str]:
    """GET /v2.0/oa/tag/gettagsofoa."""
    return [*call.account.tags]


def _known(call: Call) -> str:
    name = call.text("tag_name")
    if name not in call.account.tags:
        raise Refused(-201, "tag_name is invalid")
    return name


def _tell(call: Call, event: str, name: str, people: list[Profile]) -> None:
    tag: Json = {"name": name} | ({"user_ids": [person.id for person in people]} if people else {})
    call.world.emit(call.account, events.about(call.account, event, call.world.now(), tag=tag))


ROUTES = (
    Route("POST", "/v2.0/oa/tag/tagfollower", put),
    Route("POST", "/v2.0/oa/tag/rmfollowerfromtag", take),
    Route("POST", "/v2.0/oa/tag/rmtag", remove),
    Route("GET", "/v2.0/oa/tag/gettagsofoa", listed, data=True),
)
