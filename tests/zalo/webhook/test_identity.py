"""Dedupe keys: a redelivered event has the same key, and another event has another."""

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


def test_documented_events_have_distinct_keys() -> None:
    """Documented events have distinct keys even with the same account, person, message and time."""
    keys = {name: key(name) for name in SAMPLES}

    assert not [(a, b) for a, b in combinations(keys, 2) if keys[a] == keys[b]]


def test_message_key_is_its_id() -> None:
    """A message's key depends only on its id."""
    assert (
        key("user_send_text")
        == key("user_send_text", timestamp="1", num_retry=1)
        == "user_send_text:96d3cdf3af150460909"
    )


def test_other_keys_depend_on_time_and_subject() -> None:
    """Another event's key depends on its person and time, and not on fields that a redelivery adds."""
    assert key("follow") == key("follow", num_retry=1)
    assert key("follow") != key("follow", follower={"id": "2"})
    assert key("follow") != key("follow", timestamp="1630458000124")
    assert key("user_join_group") != key("user_join_group", users=[{"id": "3"}])
    assert key("user_reacted_message") != key("user_reacted_message", message={"msg_id": "9", "react_icon": "/-remove"})


def test_unknown_event_key_depends_on_all_bytes() -> None:
    """The key of an event without time or subject, or of an undocumented event, depends on all bytes."""
    assert key("shop_has_order", order=1) == key("shop_has_order", order=1)
    assert key("shop_has_order", order=1) != key("shop_has_order", order=2)
    assert key("follow", timestamp="soon", more=1) != key("follow", timestamp="soon", more=2)


def test_keys_contain_no_personal_data() -> None:
    """A key contains no person, number or account, as keys are stored unencrypted."""
    assert not [name for name in SAMPLES if any(word in key(name) for word in (USER, OA, "84000000001"))]


def test_old_events_are_refused_with_a_window() -> None:
    """With a maximal age, an older or timeless event is refused; without it, none is."""
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
def test_too_short_maximal_age_is_refused(hours: str) -> None:
    """A maximal age that would refuse redeliveries is a configuration error."""
    with pytest.raises(ConfigurationError, match=r"webhook_hours: .*0 for any age|or 0 for any age"):
        parse_max_age(hours, "webhook_hours")
