"""Every documented event is parsed, in any form of its fields."""

import json
import re
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.zalo.webhook.samples import GROUP, OA, SAMPLES, USER, Sample

from anninh_core.kernel.errors import BadInput
from anninh_core.vocabulary.messages import InboundMessage
from anninh_zalo.webhook.body import is_probe, parse_body
from anninh_zalo.webhook.event import ZaloEvent
from anninh_zalo.webhook.groups import GroupChanged, GroupEventKind
from anninh_zalo.webhook.messages import (
    AccountWrote,
    AccountWroteInGroup,
    MessageReceived,
    MessageSeen,
    PersonWrote,
    PersonWroteInGroup,
    VisitorWrote,
)
from anninh_zalo.webhook.parser import EVENT_TYPES, read_event
from anninh_zalo.webhook.people import FollowChanged, PermissionRevoked, UserInfoSubmitted, WithdrawalRequested
from anninh_zalo.webhook.templates import TemplateAnswered, TemplateChanged
from anninh_zalo.webhook.translate import parse_event


def read_sample(event: object) -> ZaloEvent:
    return read_event(json.dumps(event).encode())


def build_sample_event(name: str, **changes: Any) -> ZaloEvent:
    return read_sample(SAMPLES[name] | changes)


# If one of these fields is missing, a message or a report is refused.
NEEDED = {
    PersonWrote: {"event_name", "timestamp", "message", "message.msg_id", "sender", "sender.id"},
    PersonWroteInGroup: {
        *("event_name", "timestamp", "message", "message.msg_id", "sender", "sender.id"),
        *("recipient", "recipient.id"),
    },
    MessageReceived: {"event_name", "timestamp", "message", "message.msg_id"},
    MessageSeen: {"event_name", "timestamp", "message"},
}


@st.composite
def distorted_events(draw: st.DrawFn) -> Sample:
    """A sample event in which fields were dropped, added, or changed between text and number."""
    name = draw(st.sampled_from(sorted(SAMPLES)))
    return cast("Sample", _distort(draw, SAMPLES[name], NEEDED.get(EVENT_TYPES[name], {"event_name"}), ""))


def _distort(draw: st.DrawFn, value: Any, needed: set[str], field_path: str) -> Any:
    match value:
        case dict():
            inner = {key: (f"{field_path}.{key}".lstrip("."), part) for key, part in value.items()}
            remaining = {
                key: _distort(draw, part, needed, path)
                for key, (path, part) in inner.items()
                if path in needed or draw(st.integers(0, 3))
            }
            return remaining | draw(st.sampled_from(({}, {"more": 1}, {"more": {"x": ["y"]}})))
        case list():
            return [_distort(draw, part, needed, field_path) for part in value]
        case str() if re.fullmatch(r"[1-9]\d*", value) and draw(st.booleans()):
            return int(value)
        case str() if field_path not in needed and draw(st.booleans()):
            return draw(st.sampled_from((1, 1.5, "", "7", None, True)))
        case _:
            return value


@given(event=distorted_events())
def test_disturbed_events_are_read(event: Sample) -> None:
    """A documented event is parsed with any optional field missing, added or of another type."""
    parsed = read_sample(event)

    assert type(parsed) is EVENT_TYPES[event["event_name"]]
    parse_event(json.dumps(event).encode(), "oa", OA)


@pytest.mark.parametrize("name", SAMPLES)
def test_documented_event_has_its_own_type(name: str) -> None:
    """Every documented event has its own type with all fields of its sample."""
    parsed = read_sample(SAMPLES[name])

    assert type(parsed) is not ZaloEvent
    assert parsed.belongs_to(OA)
    assert not parsed.belongs_to("111")
    assert set(parsed.model_extra or {}) <= {"user_id", "extension_sub_info"}
    assert parsed.timestamp == datetime(2021, 9, 1, 1, 0, 0, 123000, tzinfo=UTC)


def test_every_event_type_has_a_sample() -> None:
    """Every event type has a sample, and every sample has a type."""
    assert EVENT_TYPES.keys() == SAMPLES.keys()


def test_unknown_event_keeps_all_fields() -> None:
    """An undocumented event keeps all its fields, and gives no message."""
    body = json.dumps({"event_name": "shop_has_order", "oa_id": OA, "order": {"id": 1}}).encode()
    parsed = read_event(body)

    assert type(parsed) is ZaloEvent
    assert parsed.model_extra == {"order": {"id": 1}}
    assert parse_event(body, "oa") == []


def test_echo_states_who_wrote() -> None:
    """An echo that has `admin_id` was written by a person."""
    by_hand = build_sample_event("oa_send_text")
    by_us = build_sample_event("oa_send_text", sender={"id": OA})

    assert isinstance(by_hand, AccountWrote)
    assert isinstance(by_us, AccountWrote)
    assert (by_hand.by_person, by_us.by_person) == (True, False)
    assert isinstance(build_sample_event("oa_send_group_text"), AccountWroteInGroup)


def test_mention_of_account_or_group_addresses_it() -> None:
    """A message that mentions the account or the group counts as addressed to the account."""
    text = f"[@{OA}] giúp với [@{GROUP}] a@b [@] [@x y]"
    parsed = build_sample_event("user_send_group_text", message={"msg_id": "1", "text": text})

    assert isinstance(parsed, PersonWroteInGroup)
    assert parsed.message.mentions() == (OA, GROUP)
    assert parsed.addresses(OA)
    assert not parsed.addresses("111")


def test_group_event_has_kind_and_people() -> None:
    """Each kind of group event has its name, and the event lists the people concerned."""
    parsed = build_sample_event("disperse_group")

    assert isinstance(parsed, GroupChanged)
    assert (parsed.event_kind, parsed.group_id) == (GroupEventKind.DISSOLVED, GROUP)
    assert [user.id for user in parsed.users] == [USER, "2"]
    left = build_sample_event("user_leave_group"), build_sample_event("user_out_group")
    assert {event.event_kind for event in left if isinstance(event, GroupChanged)} == {GroupEventKind.LEFT}


def test_person_and_permission_events_have_types() -> None:
    """Follows, submitted information, withdrawals and revoked permissions have types with the people concerned."""
    follow = build_sample_event("follow")
    withdrawal = build_sample_event("user_withdraw")
    info = build_sample_event("user_submit_info")

    assert isinstance(follow, FollowChanged)
    assert (follow.follower.id, follow.is_following) == (USER, True)
    assert isinstance(withdrawal, WithdrawalRequested)
    assert withdrawal.user_id == USER
    assert isinstance(info, UserInfoSubmitted)
    assert (info.info.phone, info.info.full_address.user_ward) == ("84000000001", "Hoa Lư")
    assert isinstance(build_sample_event("permission_revoked"), PermissionRevoked)
    assert isinstance(build_sample_event("anonymous_send_text"), VisitorWrote)


def test_template_changes_name_both_states() -> None:
    """A template change has the previous and the new value in every form of the event."""
    status = build_sample_event("change_template_status")
    quota = build_sample_event("change_oa_daily_quota")
    rated = build_sample_event("user_feedback")

    assert isinstance(status, TemplateChanged)
    assert (status.status.prev_value, status.status.new_value) == ("ENABLE", "REJECT")
    assert isinstance(quota, TemplateChanged)
    assert (quota.oa_id, quota.quota.new_value) == (OA, "2")
    assert isinstance(rated, TemplateAnswered)
    assert rated.message.rate == "5"


def test_business_card_gives_its_number() -> None:
    """The description of a contact is parsed from JSON text, and its telephone number becomes the attachment's name."""
    parsed = build_sample_event("user_send_business_card")
    assert isinstance(parsed, PersonWrote)
    card = parsed.message.attachments[0].payload.card()
    (message,) = parse_event(json.dumps(SAMPLES["user_send_business_card"]).encode(), "oa")

    assert card is not None
    assert (card.phone, card.qr_code_url) == ("84000000001", "http://qr.invalid/1")
    assert isinstance(message, InboundMessage)
    assert message.attachments[0].name == "84000000001"


def test_repr_of_an_event_has_only_its_name() -> None:
    """The repr of an event has only its type and name, so that logs and tracebacks contain nothing about people."""
    assert {repr(read_sample(event)) for event in SAMPLES.values()} == {
        f"{EVENT_TYPES[name].__name__}(event_name={name!r})" for name in SAMPLES
    }


def test_half_a_surrogate_pair_is_replaced() -> None:
    """Half a surrogate pair becomes the replacement character, and the rest of the text is kept."""
    body = json.dumps(SAMPLES["user_send_text"]).encode().replace(b"tr\\u1ed9m", b"\\ud83d \\ud83d\\ude00")
    (message,) = parse_event(body, "oa")

    assert isinstance(message, InboundMessage)
    assert message.text == "Có \ufffd \U0001f600"


@pytest.mark.parametrize(
    ("body", "probe"),
    [(b"{}", True), (b'{"a":1}', True), (b'{"event_name":"x"}', False), (b"", False), (b"[]", False), (b"\xff", False)],
)
def test_probe_has_no_event(body: bytes, probe: bool) -> None:
    """The test call that the console sends when an address is saved is an object without an event."""
    assert is_probe(body) is probe


@given(body=st.binary() | st.text().map(lambda text: json.dumps({"a": text}).encode()))
def test_any_bytes_parse_to_an_object_or_none(body: bytes) -> None:
    """Any bytes are parsed to an object or None, without an error."""
    assert parse_body(body) is None or isinstance(parse_body(body), dict)


def test_refusals_name_the_field_only() -> None:
    """An unusable event is refused with the field's name and without its content."""
    body = json.dumps(SAMPLES["user_send_text"] | {"sender": {"id": ["Bí mật"]}}).encode()
    with pytest.raises(BadInput, match=r"sender\.id") as refused:
        read_event(body)

    assert "Bí mật" not in str(refused.value)
