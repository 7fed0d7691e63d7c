"""Every documented event is read, however its fields are written."""

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


def read(event: object) -> ZaloEvent:
    return read_event(json.dumps(event).encode())


def sample(name: str, **changes: Any) -> ZaloEvent:
    return read(SAMPLES[name] | changes)


# Without these a message or a report has no meaning: whoever reads it is told so.
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
def disturbed(draw: st.DrawFn) -> Sample:
    """An event with fields dropped, added, and turned from text to number or back."""
    name = draw(st.sampled_from(sorted(SAMPLES)))
    return cast("Sample", _disturb(draw, SAMPLES[name], NEEDED.get(EVENT_TYPES[name], {"event_name"}), ""))


def _disturb(draw: st.DrawFn, value: Any, needed: set[str], at: str) -> Any:
    match value:
        case dict():
            inner = {key: (f"{at}.{key}".lstrip("."), part) for key, part in value.items()}
            kept = {
                key: _disturb(draw, part, needed, path)
                for key, (path, part) in inner.items()
                if path in needed or draw(st.integers(0, 3))
            }
            return kept | draw(st.sampled_from(({}, {"more": 1}, {"more": {"x": ["y"]}})))
        case list():
            return [_disturb(draw, part, needed, at) for part in value]
        case str() if re.fullmatch(r"[1-9]\d*", value) and draw(st.booleans()):
            return int(value)
        case str() if at not in needed and draw(st.booleans()):
            return draw(st.sampled_from((1, 1.5, "", "7", None, True)))
        case _:
            return value


@given(event=disturbed())
def test_disturbed_events_are_read(event: Sample) -> None:
    """Whatever optional field is missing, added or written in another type, a documented event is read."""
    found = read(event)

    assert type(found) is EVENT_TYPES[event["event_name"]]
    parse_event(json.dumps(event).encode(), "oa", OA)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_documented_event_has_a_shape_of_its_own(name: str) -> None:
    """No documented name falls through to the plain envelope, and all fields of its sample are kept."""
    found = read(SAMPLES[name])

    assert type(found) is not ZaloEvent
    assert found.belongs_to(OA)
    assert not found.belongs_to("111")
    assert set(found.model_extra or {}) <= {"user_id", "extension_sub_info"}
    assert found.timestamp == datetime(2021, 9, 1, 1, 0, 0, 123000, tzinfo=UTC)


def test_shapes_and_samples_are_the_same_list() -> None:
    """A name known to the code is one that is tested, and the other way round."""
    assert EVENT_TYPES.keys() == SAMPLES.keys()


def test_an_unknown_event_is_kept_whole() -> None:
    """What isn't documented yet is an envelope with all its fields, and no message."""
    body = json.dumps({"event_name": "shop_has_order", "oa_id": OA, "order": {"id": 1}}).encode()
    found = read_event(body)

    assert type(found) is ZaloEvent
    assert found.model_extra == {"order": {"id": 1}}
    assert parse_event(body, "oa") == []


def test_echoes_of_own_messages() -> None:
    """Our own sends come back; `admin_id` tells that a person wrote by hand."""
    by_hand = sample("oa_send_text")
    by_us = sample("oa_send_text", sender={"id": OA})

    assert isinstance(by_hand, AccountWrote)
    assert isinstance(by_us, AccountWrote)
    assert (by_hand.by_person, by_us.by_person) == (True, False)
    assert isinstance(sample("oa_send_group_text"), AccountWroteInGroup)


def test_mentions_of_account_and_group() -> None:
    """The account was addressed where its id stands in a mention; a mention of the group addresses everybody."""
    text = f"[@{OA}] giúp với [@{GROUP}] a@b [@] [@x y]"
    found = sample("user_send_group_text", message={"msg_id": "1", "text": text})

    assert isinstance(found, PersonWroteInGroup)
    assert found.message.mentions() == (OA, GROUP)
    assert found.addresses(OA)
    assert not found.addresses("111")


def test_what_happens_to_groups() -> None:
    """Every spelling of a group's life means one thing, and the people concerned are named."""
    found = sample("disperse_group")

    assert isinstance(found, GroupChanged)
    assert (found.event_kind, found.group_id) == (GroupEventKind.DISSOLVED, GROUP)
    assert [user.id for user in found.users] == [USER, "2"]
    left = sample("user_leave_group"), sample("user_out_group")
    assert {event.event_kind for event in left if isinstance(event, GroupChanged)} == {GroupEventKind.LEFT}


def test_people_and_rights() -> None:
    """Follows, particulars, withdrawals and a revoked right are told apart, with whom they concern."""
    follow = sample("follow")
    gone = sample("user_withdraw")
    info = sample("user_submit_info")

    assert isinstance(follow, FollowChanged)
    assert (follow.follower.id, follow.is_following) == (USER, True)
    assert isinstance(gone, WithdrawalRequested)
    assert gone.user_id == USER
    assert isinstance(info, UserInfoSubmitted)
    assert (info.info.phone, info.info.full_address.user_ward) == ("84000000001", "Hoa Lư")
    assert isinstance(sample("permission_revoked"), PermissionRevoked)
    assert isinstance(sample("anonymous_send_text"), VisitorWrote)


def test_template_changes_name_both_states() -> None:
    """Changes say from what to what, whichever way the event spells it."""
    status = sample("change_template_status")
    quota = sample("change_oa_daily_quota")
    rated = sample("user_feedback")

    assert isinstance(status, TemplateChanged)
    assert (status.status.prev_value, status.status.new_value) == ("ENABLE", "REJECT")
    assert isinstance(quota, TemplateChanged)
    assert (quota.oa_id, quota.quota.new_value) == (OA, "2")
    assert isinstance(rated, TemplateAnswered)
    assert rated.message.rate == "5"


def test_a_business_card() -> None:
    """A contact's description is JSON in a text: its number becomes the attachment's name, never the JSON."""
    found = sample("user_send_business_card")
    assert isinstance(found, PersonWrote)
    card = found.message.attachments[0].payload.card()
    (message,) = parse_event(json.dumps(SAMPLES["user_send_business_card"]).encode(), "oa")

    assert card is not None
    assert (card.phone, card.qr_code_url) == ("84000000001", "http://qr.invalid/1")
    assert isinstance(message, InboundMessage)
    assert message.attachments[0].name == "84000000001"


def test_nothing_of_anybody_in_a_printed_event() -> None:
    """An event that ends up in a log or a traceback shows its name only."""
    assert {repr(read(event)) for event in SAMPLES.values()} == {
        f"{EVENT_TYPES[name].__name__}(event_name={name!r})" for name in SAMPLES
    }


def test_half_a_character_costs_no_message() -> None:
    """An emoji cut in two becomes a replacement character; the rest of the words arrive."""
    body = json.dumps(SAMPLES["user_send_text"]).encode().replace(b"tr\\u1ed9m", b"\\ud83d \\ud83d\\ude00")
    (message,) = parse_event(body, "oa")

    assert isinstance(message, InboundMessage)
    assert message.text == "Có \ufffd \U0001f600"


@pytest.mark.parametrize(
    ("body", "probe"),
    [(b"{}", True), (b'{"a":1}', True), (b'{"event_name":"x"}', False), (b"", False), (b"[]", False), (b"\xff", False)],
)
def test_probe_has_no_event(body: bytes, probe: bool) -> None:
    """What the console posts when an address is saved is an object without an event."""
    assert is_probe(body) is probe


@given(body=st.binary() | st.text().map(lambda text: json.dumps({"a": text}).encode()))
def test_any_bytes_open_or_do_not(body: bytes) -> None:
    """Bytes are an object or nothing; nothing raises."""
    assert parse_body(body) is None or isinstance(parse_body(body), dict)


def test_refusals_name_the_field_only() -> None:
    """An event that can't be used is refused with the field's name and none of the words."""
    body = json.dumps(SAMPLES["user_send_text"] | {"sender": {"id": ["Bí mật"]}}).encode()
    with pytest.raises(BadInput, match=r"sender\.id") as refused:
        read_event(body)

    assert "Bí mật" not in str(refused.value)
