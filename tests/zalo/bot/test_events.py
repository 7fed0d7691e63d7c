"""The messenger parses the events that a bot receives."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.messages import Attachment, InboundMessage, Place, WebhookRequest
from anninh_zalo.bot.messenger import SECRET_HEADER, ZaloBot

SECRET = "s3cret-s3cret"
MESSAGE: dict[str, Any] = {
    "message_id": "m-1",
    "date": 1790820000000,
    "from": {"id": "p-1", "display_name": "Thử Văn An", "is_bot": False},
    "chat": {"id": "p-1", "chat_type": "PRIVATE"},
}


def build_bot(services: AdapterServices | None = None, **options: str) -> ZaloBot:
    return ZaloBot("bot", {"token": "77:abcdefgh", **options}, services or memory_services())


def build_event_body(content: Mapping[str, Any], kind: str = "text", *, wrapped: bool = False) -> bytes:
    event = {"event_name": f"message.{kind}.received", "message": {**MESSAGE, **content}}
    return json.dumps({"ok": True, "result": event} if wrapped else event).encode()


def parse_message(bot: ZaloBot, event: bytes) -> InboundMessage:
    (message,) = bot.parse(event)
    assert isinstance(message, InboundMessage)
    return message


@pytest.mark.parametrize("wrapped", [False, True])
def test_both_event_shapes_are_the_same(wrapped: bool) -> None:
    """An event is parsed in the same way whether its message is at the top or in `result`, as documented."""
    bot = build_bot()
    event = build_event_body({"text": "có trộm"}, wrapped=wrapped)
    message = parse_message(bot, event)
    assert (message.id, message.text, message.sender_name) == ("m-1", "có trộm", "Thử Văn An")
    assert message.conversation == message.sender
    assert (message.sender.place, message.sender.id) == (Place.PERSON, "p-1")
    assert message.sent_at.isoformat() == "2026-10-01T02:00:00+00:00"
    bare = WebhookRequest(build_event_body({"text": "có trộm"}))
    assert bot.dedupe_key(WebhookRequest(event)) == bot.dedupe_key(bare) == "message:m-1"


@pytest.mark.parametrize(
    ("kind", "content", "text", "attachment"),
    [
        (
            "image",
            {"photo": "https://x.invalid/a", "caption": "xem"},
            "xem",
            Attachment("image", url="https://x.invalid/a"),
        ),
        ("image", {"photo_url": "https://x.invalid/a"}, "", Attachment("image", url="https://x.invalid/a")),
        (
            "sticker",
            {"sticker": "7", "url": "https://x.invalid/s"},
            "",
            Attachment("sticker", "7", "https://x.invalid/s"),
        ),
        ("voice", {"voice_url": "https://x.invalid/v"}, "", Attachment("audio", url="https://x.invalid/v")),
        ("unsupported", {}, "", Attachment("file")),
        ("video", {"url": "https://x.invalid/f"}, "", Attachment("file", url="https://x.invalid/f")),
    ],
)
def test_every_kind_is_parsed(kind: str, content: dict[str, str], text: str, attachment: Attachment) -> None:
    """Media become attachments with their address; withheld or unknown kinds of content become attachments without
    content.
    """
    message = parse_message(build_bot(), build_event_body(content, kind))
    assert (message.text, message.attachments) == (text, (attachment,))


def test_numeric_ids_and_older_names_are_parsed() -> None:
    """Numeric ids keep every digit, and the older field for the name is read."""
    author = {"id": 9007199254740993, "name": "Thử", "is_bot": False}
    chat = {"id": 9007199254740993, "chat_type": "PRIVATE"}
    numbers = {"message_id": 9007199254740995, "date": "1790820000000", "chat": chat, "from": author}
    message = parse_message(build_bot(), build_event_body(numbers))
    assert (message.id, message.sender.id, message.sender_name) == ("9007199254740995", "9007199254740993", "Thử")


def test_flat_chat_fields_are_parsed() -> None:
    """`chat_id` and `chat_type` mean the same as `chat`."""
    flat = {name: value for name, value in MESSAGE.items() if name != "chat"}
    message = {**flat, "text": "chào", "chat_id": "g-1", "chat_type": "GROUP"}
    event = json.dumps({"event_name": "message.text.received", "message": message}).encode()
    (parsed,) = build_bot(groups="yes").parse(event)

    assert [parsed] == build_bot(groups="yes").parse(
        build_event_body({"text": "chào", "chat": {"id": "g-1", "chat_type": "GROUP"}})
    )


def test_group_events_need_the_option() -> None:
    """A group's event has author and group if the option is set, and is ignored otherwise."""
    event = build_event_body({"text": "@Bot chào", "chat": {"id": "g-1", "chat_type": "GROUP"}})
    assert build_bot().parse(event) == []
    message = parse_message(build_bot(groups="yes"), event)
    assert (message.conversation.place, message.conversation.id) == (Place.GROUP, "g-1")
    assert (message.sender.place, message.sender.id) == (Place.PERSON, "p-1")


@pytest.mark.parametrize("author", [{"id": "77"}, {"id": "other", "is_bot": True}, {"id": "told"}])
def test_bots_messages_are_ignored(author: dict[str, Any]) -> None:
    """A bot's own messages are ignored; they are recognised by the token's number, the bot flag or the stored bot
    id.
    """
    services = memory_services()
    services.state.put("bot_id", b"told", 0)
    assert build_bot(services).parse(build_event_body({"text": "chào", "from": author})) == []


@pytest.mark.parametrize(
    "event",
    [
        {"event_name": "message.unsupported.received", "message": {}},
        {"event_name": "bot.renamed", "message": MESSAGE},
        {"ok": True, "result": {"event_name": "bot.renamed"}},
    ],
)
def test_unknown_events_give_no_message(event: dict[str, Any]) -> None:
    """A webhook's test event and unknown events give no message but have a deduplication key."""
    bot = build_bot()
    raw = json.dumps(event).encode()
    assert bot.parse(raw) == []
    assert bot.dedupe_key(WebhookRequest(raw))


@pytest.mark.parametrize(
    ("broken", "name"),
    [
        ({"message_id": ""}, "message_id"),
        ({"date": "yesterday"}, "date"),
        ({"from": {}}, "from"),
        ({"chat": "p-1"}, "chat"),
    ],
)
def test_incomplete_message_is_refused(broken: dict[str, Any], name: str) -> None:
    """A message without required fields is refused with the field's name and without its content."""
    with pytest.raises(BadInput, match=f"wrong or missing: {name}") as raised:
        build_bot().parse(build_event_body({"text": "bí mật", **broken}))
    assert "bí mật" not in str(raised.value)
    assert "yesterday" not in str(raised.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["event_name", "message", "result", *MESSAGE, "text"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(
    st.binary(max_size=40)
    | JSON.map(lambda value: json.dumps(value).encode())
    | JSON.map(lambda v: build_event_body({"chat": v}))
)
def test_any_body_is_parsed_or_refused(raw: bytes) -> None:
    """Any event body is parsed or refused, in the same way by the parser and for the deduplication key."""
    bot = build_bot()
    try:
        messages = bot.parse(raw)
    except BadInput:
        with pytest.raises(BadInput):
            bot.dedupe_key(WebhookRequest(raw))
    else:
        assert len(messages) <= 1
        assert bot.dedupe_key(WebhookRequest(raw))


def test_webhook_needs_the_secret() -> None:
    """Only a bot with a webhook accepts requests, and only with the exact secret."""
    request = WebhookRequest(build_event_body({"text": "chào"}), ((SECRET_HEADER.lower(), SECRET),))
    assert build_bot(mode="webhook", secret=SECRET).verify(request)
    assert not build_bot(mode="webhook", secret="another-s3cret").verify(request)
    assert not build_bot(mode="webhook", secret=SECRET).verify(evolve(request, headers=()))
    assert not build_bot(mode="webhook", secret=SECRET).verify(evolve(request, headers=((SECRET_HEADER, ""),)))
    assert not build_bot(secret=SECRET).verify(request)
    assert not build_bot().verify(evolve(request, headers=((SECRET_HEADER, ""),)))
