"""The sandbox's handlers for lists of messages, newest first, ten per page."""

from typing import Any

from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.clock import to_milliseconds
from anninh_zalo.testing.state import SandboxAccount, SandboxGroup, SandboxMessage
from anninh_zalo.testing.wire import Json
from anninh_zalo.testing.world import find_group, find_person

PAGE = 10
_TYPES = {"image": "photo", "gif": "GIF", "audio": "voice", "business_card": "link", "list": "links"}


def list_recent_messages(call: SandboxCall) -> Any:
    """Answer GET /v2.0/oa/listrecentchat with the last message of each person."""
    return _build_page(call, _newest_messages(call.account, call.account.people))


def list_conversation(call: SandboxCall) -> Any:
    """Answer GET /v2.0/oa/conversation with the messages between the account and one person."""
    person = find_person(call.account, call.text("user_id"))
    return _build_page(call, [*reversed(call.account.conversations.get(person.id, []))])


def list_recent_group_messages(call: SandboxCall) -> Any:
    """Answer GET /v3.0/oa/group/listrecentchat with the last message of each group."""
    return _build_page(call, _newest_messages(call.account, call.account.groups))


def list_group_conversation(call: SandboxCall) -> Any:
    """Answer GET /v3.0/oa/group/conversation with the messages in one group."""
    group = find_group(call.account, call.text("group_id"))
    return _build_page(call, [*reversed(call.account.conversations.get(group.id, []))])


def _newest_messages(account: SandboxAccount, owners: dict[str, Any]) -> list[SandboxMessage]:
    newest = [messages[-1] for id, messages in account.conversations.items() if id in owners and messages]
    return sorted(newest, key=lambda message: message.at, reverse=True)


def _build_page(call: SandboxCall, messages: list[SandboxMessage]) -> Any:
    entries = [_entry_json(call, message) for message in call.page(messages, PAGE, PAGE)]
    return {"data": entries} if call.world.variants.nested_history else entries


def _entry_json(call: SandboxCall, message: SandboxMessage) -> Json:
    account = call.account
    is_own = message.author == account.id
    entry: Json = {
        "src": 0 if is_own else 1,
        "time": to_milliseconds(message.at),
        "type": _TYPES.get(message.kind, message.kind),
        "message": message.text,
        "message_id": message.id,
        "from_id": message.author,
        "from_display_name": account.name if is_own else _find_author_name(account, message),
        "from_avatar": f"{call.world.media_base}/avatar",
    }
    if message.group:
        entry["group_id"] = message.conversation
    else:
        entry["to_id"] = message.conversation if is_own else account.id
    payload = message.attachments[0].get("payload", {}) if message.attachments else {}
    for field_name, name in (("url", "url"), ("thumbnail", "thumb"), ("coordinates", "location")):
        if field_name in payload:
            entry[name] = payload[field_name]
    return entry


def _find_author_name(account: SandboxAccount, message: SandboxMessage) -> str:
    group: SandboxGroup | None = account.groups.get(message.conversation)
    author = account.people.get(message.author) or (group.members.get(message.author) if group else None)
    return author.name if author else ""


ROUTES = (
    SandboxRoute("GET", "/v2.0/oa/listrecentchat", list_recent_messages, data=True),
    SandboxRoute("GET", "/v2.0/oa/conversation", list_conversation, data=True),
    SandboxRoute("GET", "/v3.0/oa/group/listrecentchat", list_recent_group_messages),
    SandboxRoute("GET", "/v3.0/oa/group/conversation", list_group_conversation),
)
