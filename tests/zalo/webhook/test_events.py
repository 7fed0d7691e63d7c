import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput
from anninh_core.vocabulary import (
    Address,
    Attachment,
    DeliveryNews,
    DeliveryReport,
    Echo,
    InboundMessage,
    Place,
    Withdrawal,
)
from anninh_zalo import parse_event
from anninh_zalo.webhook.visitors import Visitor, parse_visitor

OA = "388613280878808645"
USER = "8756287263669629130"
GROUP = "f8a4b1c2d3e4f5061728"
AT = datetime(2021, 9, 1, 1, 0, 0, 123000, tzinfo=UTC)
STAMP = "1630458000123"
SENT = ("text", "image", "gif", "link", "audio", "video", "sticker", "location", "business_card", "file")


def build_event(name: str, **changes: Any) -> dict[str, Any]:
    """Build the event of a private message as the platform sends it; a change to None omits the field."""
    complete = {
        "app_id": "4318657068771012646",
        "user_id_by_app": "552177279717587730",
        "sender": {"id": USER},
        "recipient": {"id": OA},
        "event_name": name,
        "message": {"text": "Có trộm", "msg_id": "96d3cdf3af150460909"},
        "timestamp": STAMP,
    } | changes
    return {key: value for key, value in complete.items() if value is not None}


def build_group_event(name: str, **changes: Any) -> dict[str, Any]:
    return build_event(name, **({"recipient": {"id": GROUP}, "oa_id": OA} | changes))


def parse_parts(event: object, oa_id: str = "") -> list[InboundMessage | DeliveryReport | Echo | Withdrawal]:
    return list(parse_event(json.dumps(event).encode(), "oa", oa_id))


def parse_message(event: object) -> InboundMessage:
    (message,) = parse_parts(event)
    assert isinstance(message, InboundMessage)
    return message


def parse_attachment(name: str, **part: Any) -> Attachment:
    (attachment,) = parse_message(build_event(name, message={"msg_id": "1", "attachments": [part]})).attachments
    return attachment


def test_private_message_has_its_person_and_time() -> None:
    """The conversation of a private message is its sender, and its time is the platform's to the millisecond."""
    person = Address("oa", Place.PERSON, USER)

    assert parse_message(build_event("user_send_text")) == InboundMessage(
        id="96d3cdf3af150460909", conversation=person, sender=person, text="Có trộm", sent_at=AT
    )


def test_group_message_has_its_group() -> None:
    """The conversation of a group message is the group."""
    message = parse_message(build_group_event("user_send_group_text"))

    assert message.conversation == Address("oa", Place.GROUP, GROUP)
    assert message.sender == Address("oa", Place.PERSON, USER)


@pytest.mark.parametrize("sent", SENT)
def test_every_kind_of_message(sent: str) -> None:
    """Every kind of message is parsed, private and in groups, with or without an attachment."""
    assert parse_message(build_event(f"user_send_{sent}")).text == "Có trộm"
    assert parse_message(build_group_event(f"user_send_group_{sent}")).text == "Có trộm"


def test_reply_has_the_quoted_id() -> None:
    """A message that replies to another has the id of the quoted message."""
    assert (
        parse_message(build_event("user_send_text", message={"msg_id": "2", "text": "", "quote_msg_id": "1"})).reply_to
        == "1"
    )


def test_text_is_normalized_to_nfc() -> None:
    """The text of a message is normalized to Unicode form NFC."""
    assert (
        parse_message(build_event("user_send_text", message={"msg_id": "1", "text": "Co\u0301 tro\u0323\u0302m"})).text
        == "Có trộm"
    )


def test_attachments_keep_address_and_name() -> None:
    """Each kind of attachment keeps its URL and its name."""
    url = "https://photo.invalid/1"
    payload = {"url": url, "thumbnail": "https://photo.invalid/t"}

    assert parse_attachment("user_send_image", type="image", payload=payload) == Attachment("image", url=url)
    assert parse_attachment("user_send_gif", type="gif", payload=payload).kind == "image"
    assert parse_attachment("user_send_image", type="photo", payload=payload).kind == "image"
    assert parse_attachment("user_send_audio", payload=payload).kind == "audio"
    assert parse_attachment("user_send_video", type="not known yet", payload=payload).kind == "video"
    assert parse_attachment("user_send_link", type="link", payload=payload | {"description": "Tin"}).name == "Tin"
    assert parse_attachment(
        "user_send_file", type="file", payload={"url": url, "name": "don.pdf", "size": "12"}
    ) == Attachment("file", name="don.pdf", url=url)


@pytest.mark.parametrize("latitude", [20.2506, "20.2506"])
def test_place_is_read_in_both_forms(latitude: object) -> None:
    """Coordinates of a place are parsed from numbers or text."""
    place = {"coordinates": {"latitude": latitude, "longitude": "105.97"}}

    assert parse_attachment("user_send_location", type="location", payload=place) == Attachment(
        "location", latitude=20.2506, longitude=105.97
    )


@pytest.mark.parametrize("odd", [None, 1, "x", [], [None], [{}], [{"type": 7, "payload": [1]}]])
def test_invalid_attachment_keeps_the_text(odd: object) -> None:
    """A message with an invalid attachment keeps its text."""
    assert (
        parse_message(build_event("user_send_image", message={"msg_id": "1", "text": "Cháy", "attachments": odd})).text
        == "Cháy"
    )


@pytest.mark.parametrize("odd", ["x", "NaN", 1e300, None, [], 181])
def test_invalid_coordinates_are_left_out(odd: object) -> None:
    """Invalid coordinates of a place are left out."""
    place = {"coordinates": {"latitude": odd, "longitude": odd}}

    assert parse_attachment("user_send_location", type="location", payload=place).latitude is None


def test_optional_fields_may_be_missing() -> None:
    """A message is parsed although optional fields are missing."""
    bare = build_event("user_send_image", user_id_by_app=None, app_id=None, recipient=None, message={"msg_id": "1"})

    assert parse_message(bare).text == ""
    assert parse_message(build_group_event("user_send_group_text", oa_id=None)).conversation.id == GROUP


def test_numeric_ids_keep_every_digit() -> None:
    """An id written as a number keeps every digit, because it isn't parsed as a float."""
    body = build_event("user_send_text", sender={"id": int(USER)}, timestamp=int(STAMP))

    assert parse_message(body) == parse_message(build_event("user_send_text"))


def test_delivery_report_has_the_message_id() -> None:
    """A delivery report has the message's id, and for a message by telephone also the real time of delivery."""
    plain = build_event("user_received_message", message={"msg_id": "9"})
    phone = build_event(
        "user_received_message", message={"msg_id": "9", "delivery_time": "1630457999000", "tracking_id": "t"}
    )

    assert parse_parts(plain) == [DeliveryReport("oa", "9", DeliveryNews.DELIVERED, AT)]
    assert parse_parts(phone) == [
        DeliveryReport("oa", "9", DeliveryNews.DELIVERED, AT - timedelta(seconds=1, milliseconds=123))
    ]


def test_seen_event_reports_several_messages() -> None:
    """An event that messages were seen can report several messages."""
    seen = build_event("user_seen_message", message={"msg_ids": ["8", "9"]})

    assert parse_parts(seen) == [DeliveryReport("oa", id, DeliveryNews.SEEN, AT) for id in ("8", "9")]


def test_withdrawal_identifies_the_person() -> None:
    """A withdrawal has the id of the person, or, if that is missing, the application's own id for the person."""
    withdrawal = {
        "event_name": "user_withdraw",
        "user_id": USER,
        "user_id_by_app": "55",
        "timestamp": STAMP,
        "oa_id": OA,
    }

    assert parse_parts(withdrawal) == [Withdrawal(conversation=Address("oa", Place.PERSON, USER), at=AT)]
    assert parse_parts(withdrawal | {"user_id": ""}) == [Withdrawal(conversation=None, at=AT, alias="55")]
    assert parse_parts({"event_name": "user_withdraw"}) == [Withdrawal(conversation=None)]
    assert parse_parts(withdrawal, oa_id="another account") == []


@pytest.mark.parametrize(
    "name",
    [
        *("follow", "unfollow", "user_reacted_message", "user_click_chatnow", "permission_revoked", "create_group"),
        *("oa_send_anonymous_text",),
        *("", "not known yet"),
    ],
)
def test_other_events_give_no_message(name: str) -> None:
    """An event that isn't about a person's message, an event for website visitors, and an unknown event give no
    message.
    """
    assert parse_parts(build_event(name)) == parse_parts({"event_name": name}) == []


def test_visitor_message_is_parsed() -> None:
    """A message of a website visitor has the visitor and the conversation in its address; an incomplete one gives no
    message.
    """
    content = {"msg_id": "m-1", "text": "Cháy ở chợ", "conversation_id": "c-9"}
    (message,) = parse_parts(build_event("anonymous_send_text", sender={"id": "v-1"}, message=content))

    assert isinstance(message, InboundMessage)
    assert (message.text, message.conversation) == ("Cháy ở chợ", message.sender)
    assert parse_visitor(message.sender.id) == Visitor("v-1", "c-9")
    assert parse_visitor("4843734895442330953") is None
    gaps: tuple[dict[str, object], ...] = ({"sender": {}}, {"message": {"text": "a"}}, {"timestamp": "?"})
    for gap in gaps:
        assert parse_parts(build_event("anonymous_send_text", message=content) | gap) == []


@pytest.mark.parametrize("name", ["user_send_poll", "user_send_group_poll", "user_send_", "user_send_group_"])
def test_message_of_unknown_kind_is_kept(name: str) -> None:
    """A message of an unknown kind is kept with its text, or with an attachment in place of its text, so that an
    officer checks it.
    """
    unknown_event = (build_group_event if "group" in name else build_event)(
        name, message={"msg_id": "m-1", "poll": {"options": ["a"]}}
    )
    text_event = unknown_event | {"message": {"msg_id": "m-2", "text": "Bà con chọn giúp"}}
    attachment_event = unknown_event | {
        "message": {"msg_id": "m-3", "attachments": [{"type": "poll", "payload": {"url": "https://x"}}]}
    }

    (unknown_message,) = parse_parts(unknown_event)
    (text_message,) = parse_parts(text_event)
    (attachment_message,) = parse_parts(attachment_event)
    assert isinstance(unknown_message, InboundMessage)
    assert unknown_message.attachments == (Attachment("file"),)
    assert isinstance(text_message, InboundMessage)
    assert (text_message.text, text_message.attachments) == ("Bà con chọn giúp", ())
    assert isinstance(attachment_message, InboundMessage)
    assert attachment_message.attachments == (Attachment("file", url="https://x"),)
    assert parse_parts({"event_name": name, "sender": {}, "message": {}}) == []


@pytest.mark.parametrize(
    "name",
    [
        *("user_send_text", "user_send_group_text", "user_received_message", "user_seen_message"),
        *("oa_send_text", "oa_send_group_text"),
    ],
)
def test_other_accounts_give_no_message(name: str) -> None:
    """Each messenger instance parses only the events of its own account, because one webhook gets the events of all
    accounts of an application.
    """
    account_event = (build_group_event if "group" in name else build_event)(
        name, message={"msg_id": "1", "msg_ids": ["1"]}
    )
    if name == "oa_send_text":
        account_event |= {"sender": {"id": OA}, "recipient": {"id": USER}}

    assert parse_parts(account_event, OA) == parse_parts(account_event) != []
    assert parse_parts(account_event, "111") == []


def test_echo_has_message_and_author() -> None:
    """An echo has the conversation, the message's id and text, and whether an operator wrote it."""
    by_us = build_event("oa_send_text", sender={"id": OA}, recipient={"id": USER})
    by_hand = build_group_event("oa_send_group_text", sender={"id": OA, "admin_id": "7"})

    assert parse_parts(by_us, OA) == [
        Echo(conversation=Address("oa", Place.PERSON, USER), platform_id="96d3cdf3af150460909", text="Có trộm", at=AT)
    ]
    (echo,) = parse_parts(by_hand, OA)
    assert isinstance(echo, Echo)
    assert (echo.conversation, echo.by_operator) == (Address("oa", Place.GROUP, GROUP), True)
    assert "trộm" not in repr(echo)


@pytest.mark.parametrize("missing", [{"recipient": None}, {"message": {"text": "Có trộm"}}, {"timestamp": None}])
def test_incomplete_echo_gives_no_message(missing: dict[str, Any]) -> None:
    """An echo without recipient, message id or time gives no message."""
    assert (
        parse_parts(build_event("oa_send_text", **({"sender": {"id": OA}, "recipient": {"id": USER}} | missing))) == []
    )


def test_report_is_parsed_with_either_sender() -> None:
    """A delivery report is parsed with the account as its sender or as its recipient, because the documentation can be
    read both ways.
    """
    report = build_event("user_received_message", sender={"id": OA}, recipient={"id": USER}, message={"msg_id": "1"})

    assert parse_parts(report, OA) == parse_parts(report) != []


SECRET = {"msg_id": "1", "text": "Bí mật"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("sender", odd) for odd in (None, {}, {"id": ""}, {"id": 1.5}, {"id": True}, "Bí mật")),
        *(("message", odd) for odd in (None, "Bí mật", {"text": "Bí mật"}, SECRET | {"msg_id": ""})),
        *(("timestamp", odd) for odd in (None, "soon", "9" * 19, 1.5, -1)),
    ],
)
def test_a_message_needs_id_writer_and_time(field: str, value: object) -> None:
    """A message without id, writer or time is refused with the field's name and without the text."""
    with pytest.raises(BadInput, match=field) as refused:
        parse_parts(build_event("user_send_text", **({"message": SECRET} | {field: value})))

    assert "Bí mật" not in f"{refused.value}{refused.value.__cause__}"


HUGE = b'{"event_name":"user_send_text","sender":{"id":"1"},"message":{"msg_id":"1"},"timestamp":' + b"9" * 5000 + b"}"


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"12", b"[[[[", b"[" * 100_000, b"\xff", HUGE])
def test_invalid_event_body_is_refused(body: bytes) -> None:
    """An event body that isn't a JSON object with the name of an event is refused."""
    with pytest.raises(BadInput, match="This isn't a Zalo event"):
        parse_event(body, "oa")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [
        *(f"user_send_{s}" for s in SENT),
        *(f"user_send_group_{s}" for s in SENT),
        "user_received_message",
        "user_seen_message",
    ]
)
FIELDS = ("sender", "recipient", "message", "timestamp", "oa_id", "event_name")


@given(body=st.binary())
def test_any_bytes_raise_only_bad_input(body: bytes) -> None:
    """Any bytes as an event body are parsed or raise `BadInput`."""
    with suppress(BadInput):
        assert parse_event(body, "oa", OA) == []


@given(
    name=NAMES,
    changes=st.dictionaries(st.sampled_from(FIELDS), JSON),
    message=st.dictionaries(st.sampled_from(["msg_id", "text", "attachments", "quote_msg_id", "msg_ids"]), JSON),
)
def test_any_fields_raise_only_bad_input(name: str, changes: dict[str, Any], message: dict[str, Any]) -> None:
    """An event with any fields is parsed, ignored or raises `BadInput`, and its times have a time zone."""
    changed_event = build_event(name) | {"message": {"msg_id": "1"} | message} | changes
    with suppress(BadInput):
        for part in parse_parts(changed_event):
            at = part.sent_at if isinstance(part, InboundMessage) else part.at
            assert at.utcoffset() is not None if at else isinstance(part, Withdrawal)
