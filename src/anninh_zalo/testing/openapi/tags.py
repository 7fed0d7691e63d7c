"""The sandbox's handlers for calls about tags on people."""

from anninh_zalo.testing import events
from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.state import SandboxProfile
from anninh_zalo.testing.wire import Json, SandboxRefusal
from anninh_zalo.testing.world import find_person


def add_tag(call: SandboxCall) -> Json:
    """Answer POST /v2.0/oa/tag/tagfollower, which puts a tag on a person."""
    person = find_person(call.account, call.text("user_id"))
    name = call.text("tag_name")
    if name not in call.account.tags:
        call.account.tags.append(name)
    if name not in person.tags:
        person.tags.append(name)
        _emit_tag_event(call, "add_user_to_tag", name, [person])
    return {}


def remove_tag(call: SandboxCall) -> Json:
    """Answer POST /v2.0/oa/tag/rmfollowerfromtag, which removes a tag from a person."""
    person = find_person(call.account, call.text("user_id"))
    name = _find_tag(call)
    if name in person.tags:
        person.tags.remove(name)
        _emit_tag_event(call, "remove_user_from_tag", name, [person])
    return {}


def delete_tag(call: SandboxCall) -> Json:
    """Answer POST /v2.0/oa/tag/rmtag, which deletes a tag."""
    name = _find_tag(call)
    call.account.tags.remove(name)
    for person in call.account.people.values():
        person.tags = [tag for tag in person.tags if tag != name]
    _emit_tag_event(call, "remove_tag", name, [])
    return {}


def list_tags(call: SandboxCall) -> list[str]:
    """Answer GET /v2.0/oa/tag/gettagsofoa with the account's tags."""
    return [*call.account.tags]


def _find_tag(call: SandboxCall) -> str:
    name = call.text("tag_name")
    if name not in call.account.tags:
        raise SandboxRefusal(-201, "tag_name is invalid")
    return name


def _emit_tag_event(call: SandboxCall, event: str, name: str, people: list[SandboxProfile]) -> None:
    tag: Json = {"name": name} | ({"user_ids": [person.id for person in people]} if people else {})
    call.world.emit(call.account, events.build_account_event(call.account, event, call.world.now(), tag=tag))


ROUTES = (
    SandboxRoute("POST", "/v2.0/oa/tag/tagfollower", add_tag),
    SandboxRoute("POST", "/v2.0/oa/tag/rmfollowerfromtag", remove_tag),
    SandboxRoute("POST", "/v2.0/oa/tag/rmtag", delete_tag),
    SandboxRoute("GET", "/v2.0/oa/tag/gettagsofoa", list_tags, data=True),
)
