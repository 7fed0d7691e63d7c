"""The deduplication key of an event is the same when it is redelivered, and differs from that of every other event."""

import json
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from tests.zalo.webhook.samples import OA, SAMPLES, STAMP, USER

from anninh_core.kernel.errors import ConfigurationError
from anninh_zalo.webhook.deduplication import dedupe_key, is_too_old, parse_max_age
from anninh_zalo.webhook.parser import read_event


def get_dedupe_key(name: str, **changes: Any) -> str:
    body = json.dumps(SAMPLES.get(name, {"event_name": name}) | changes).encode()
    return dedupe_key(read_event(body), body)


def test_documented_events_have_distinct_keys() -> None:
    """Documented events have different deduplication keys, even if account, person, message and time are the same."""
    keys = {name: get_dedupe_key(name) for name in SAMPLES}

    assert not [(a, b) for a, b in combinations(keys, 2) if keys[a] == keys[b]]


def test_message_key_is_its_id() -> None:
    """The deduplication key of a message depends only on the message's id."""
    assert (
        get_dedupe_key("user_send_text")
        == get_dedupe_key("user_send_text", timestamp="1", num_retry=1)
        == "user_send_text:96d3cdf3af150460909"
    )


def test_other_keys_depend_on_time_and_subject() -> None:
    """The deduplication key of any other event depends on its person and time, and not on fields that a redelivery
    adds.
    """
    assert get_dedupe_key("follow") == get_dedupe_key("follow", num_retry=1)
    assert get_dedupe_key("follow") != get_dedupe_key("follow", follower={"id": "2"})
    assert get_dedupe_key("follow") != get_dedupe_key("follow", timestamp="1630458000124")
    assert get_dedupe_key("user_join_group") != get_dedupe_key("user_join_group", users=[{"id": "3"}])
    assert get_dedupe_key("user_reacted_message") != get_dedupe_key(
        "user_reacted_message", message={"msg_id": "9", "react_icon": "/-remove"}
    )


def test_unknown_event_key_depends_on_all_bytes() -> None:
    """The deduplication key of an event without time or subject, or of an undocumented event, depends on all its
    bytes.
    """
    assert get_dedupe_key("shop_has_order", order=1) == get_dedupe_key("shop_has_order", order=1)
    assert get_dedupe_key("shop_has_order", order=1) != get_dedupe_key("shop_has_order", order=2)
    assert get_dedupe_key("follow", timestamp="soon", more=1) != get_dedupe_key("follow", timestamp="soon", more=2)


def test_keys_contain_no_personal_data() -> None:
    """A deduplication key contains no person, number or account, because keys are stored unencrypted."""
    assert not [name for name in SAMPLES if any(word in get_dedupe_key(name) for word in (USER, OA, "84000000001"))]


def test_old_events_are_refused_with_a_window() -> None:
    """If a maximum age is set, an event that is older or has no time is refused; without it, no event is."""
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
    """A maximum age so short that redeliveries would be refused is a configuration error."""
    with pytest.raises(ConfigurationError, match=r"webhook_hours: .*0 for any age|or 0 for any age"):
        parse_max_age(hours, "webhook_hours")
