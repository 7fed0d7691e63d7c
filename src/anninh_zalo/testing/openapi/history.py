"""What was said, newest first, ten at a time."""

from typing import Any

from anninh_zalo.testing.call import Call, Route
from anninh_zalo.testing.clock import milliseconds
from anninh_zalo.testing.state import Account, Group, Message
from anninh_zalo.testing.wire import Json
from anninh_zalo.testing.world import group_of, person_of

PAGE = 10
_TYPES = {"image": "photo", "gif": "GIF", "audio": "voice", "business_card": "link", "list": "links"}


def recent(call: Call) -> Any:
    """GET /v2.0/oa/listrecentchat: the last message of each person."""
    return _page(call, _lasts(call.account, call.account.people))


def conversation(call: Call) -> Any:
    """GET /v2.0/oa/conversation: what was said with one person."""
    person = person_of(call.account, call.text("user_id"))
    return _page(call, [*reversed(call.account.conversations.get(person.id, []))])


def recent_groups(call: Call) -> Any:
    """GET /v3.0/oa/group/listrecentchat: the last message of each group."""
    return _page(call, _lasts(call.account, call.account.groups))


def group_conversation(call: Call) -> Any:
    """GET /v3.0/oa/group/conversation: what was said in one group."""
    group = group_of(call.account, call.text("group_id"))
    return _page(call, [*reversed(call.account.conversations.get(group.id, []))])


def _lasts(account: Account, whose: dict[str, Any]) -> list[Message]:
    lasts = [said[-1] for id, said in account.conversations.items() if id in whose and said]
    return sorted(lasts, key=lambda message: message.at, reverse=True)


def _page(call: Call, messages: list[Message]) -> Any:
    found = [_entry(call, message) for message in call.page(messages, PAGE, PAGE)]
    return {"data": found} if call.world.manners.nested_history else found


def _entry(call: Call, message: Message) -> Json:
    account = call.account
    ours = message.author == account.id
    entry: Json = {
        "src": 0 if ours else 1,
        "time": milliseconds(message.at),
        "type": _TYPES.get(message.kind, message.kind),
        "message": message.text,
        "message_id": message.id,
        "from_id": message.author,
        "from_display_name": account.name if ours else _name(account, message),
        "from_avatar": f"{call.world.media_base}/avatar",
    }
    if message.group:
        entry["group_id"] = message.conversation
    else:
        entry["to_id"] = message.conversation if ours else account.id
    payload = message.attachments[0].get("payload", {}) if message.attachments else {}
    for theirs, name in (("url", "url"), ("thumbnail", "thumb"), ("coordinates", "location")):
        if theirs in payload:
            entry[name] = payload[theirs]
    return entry


def _name(account: Account, message: Message) -> str:
    group: Group | None = account.groups.get(message.conversation)
    known = account.people.get(message.author) or (group.members.get(message.author) if group else None)
    return known.name if known else ""


ROUTES = (
    Route("GET", "/v2.0/oa/listrecentchat", recent, data=True),
    Route("GET", "/v2.0/oa/conversation", conversation, data=True),
    Route("GET", "/v3.0/oa/group/listrecentchat", recent_groups),
    Route("GET", "/v3.0/oa/group/conversation", group_conversation),
)
