"""The same event again is known, another one isn't taken for it."""

import json
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from tests.zalo.webhook.samples import OA, SAMPLES, STAMP, USER

from anninh_core.kernel.errors import ConfigurationError
from anninh_zalo.webhook.deduplication import dedupe_key, is_too_old, parse_max_age
from anninh_zalo.webhook.parser import read_event


def key(name: str, **changes: Any) -> str:
    body = json.dumps(SAMPLES.get(name, {"event_name": name}) | changes).encode()
    return dedupe_key(read_event(body), body)


def test_every_event_has_a_key_of_its_own() -> None:
    """No two documented events share a key, though they share account, person, message and time."""
    keys = {name: key(name) for name in SAMPLES}

    assert not [(a, b) for a, b in combinations(keys, 2) if keys[a] == keys[b]]


def test_a_message_is_known_by_its_id() -> None:
    """Delivered again with another time or other fields, a message is the same message."""
    assert (
        key("user_send_text")
        == key("user_send_text", timestamp="1", num_retry=1)
        == "user_send_text:96d3cdf3af150460909"
    )


def test_other_events_are_known_by_time_and_subject() -> None:
    """What else the platform adds to a redelivery doesn't make it new; another person or moment does."""
    assert key("follow") == key("follow", num_retry=1)
    assert key("follow") != key("follow", follower={"id": "2"})
    assert key("follow") != key("follow", timestamp="1630458000124")
    assert key("user_join_group") != key("user_join_group", users=[{"id": "3"}])
    assert key("user_reacted_message") != key("user_reacted_message", message={"msg_id": "9", "react_icon": "/-remove"})


def test_what_is_not_understood_is_known_by_its_bytes() -> None:
    """An event without time or subject, and one that isn't documented, is the same only if every byte is."""
    assert key("shop_has_order", order=1) == key("shop_has_order", order=1)
    assert key("shop_has_order", order=1) != key("shop_has_order", order=2)
    assert key("follow", timestamp="soon", more=1) != key("follow", timestamp="soon", more=2)


def test_keys_name_nobody() -> None:
    """Keys are stored in clear: no person, number or account stands in one."""
    assert not [name for name in SAMPLES if any(word in key(name) for word in (USER, OA, "84000000001"))]


def test_old_events_are_refused_with_a_window() -> None:
    """Without a window every age is taken; with one, what is older or has no time isn't."""
    event = read_event(json.dumps(SAMPLES["follow"]).encode())
    timeless = read_event(b'{"event_name":"follow"}')
    assert event.timestamp is not None
    window = parse_max_age("2", "webhook_hours")
    later = event.timestamp + timedelta(hours=2)

    assert parse_max_age("", "webhook_hours") is parse_max_age("0", "webhook_hours") is None
    assert not is_too_old(event, later + timedelta(days=900), None)
    assert not is_too_old(event, later, window)
    assert is_too_old(event, later + timedelta(seconds=1), window)
    assert is_too_old(timeless, later, window)
    assert STAMP.startswith(str(int(event.timestamp.timestamp())))


@pytest.mark.parametrize("hours", ["1", "-3", "nan", "soon", "1e300"])
def test_a_window_shorter_than_the_redeliveries_is_refused(hours: str) -> None:
    """A window that would turn away what the platform delivers again is a mistake in the settings."""
    with pytest.raises(ConfigurationError, match=r"webhook_hours: .*0 for any age|or 0 for any age"):
        parse_max_age(hours, "webhook_hours")
