"""Calculations with token buckets, which limit the rate of messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput
from anninh_core.messaging.outbound.buckets import BucketState, RateLimit
from anninh_core.vocabulary.rates import Rate

MINUTE = 60_000_000
START = 1_630_000_000_000_000
rates = st.builds(
    lambda rate, burst, share: Rate(per_minute=rate, burst=burst, reserve=share * (burst - 1) // 100),
    st.floats(0.1, 10_000),
    st.integers(1, 50),
    st.integers(0, 100),
)
steps = st.lists(st.tuples(st.integers(-3_600_000_000, 3_600_000_000), st.booleans()), max_size=60)


@given(rate=rates, asked=st.lists(st.integers(0, 30_000_000), min_size=1, max_size=80))
def test_burst_and_rate_limit_what_leaves(rate: Rate, asked: list[int]) -> None:
    """In any span of time the messages that leave are at most the burst and the refill of that span."""
    full_at = 0
    now = START
    left_at: list[int] = []
    for pause in asked:
        now += pause
        if not rate.wait_time(full_at, now, 0):
            full_at = rate.after_take(full_at, now)
            left_at.append(now)
    for first, began in enumerate(left_at):
        for last, ended in enumerate(left_at[first:], start=1):
            assert last <= rate.burst + (ended - began) // rate.refill_interval + 1


@given(rate=rates, moves=steps)
def test_clock_jumps_block_no_message(rate: Rate, moves: list[tuple[int, bool]]) -> None:
    """If the clock jumps forwards or back, no message waits longer than an empty bucket takes to refill."""
    pace = RateLimit(overall=rate, recipient=rate)
    state = BucketState()
    now = START
    for move, pressing in moves:
        now += move
        state = state.at_moment(pace, now)
        wait = state.wait(pace, "a", now, pressing=pressing)
        assert 0 <= wait <= (rate.reserve + 1) * rate.refill_interval
        now += wait
        state = state.at_moment(pace, now)
        assert state.wait(pace, "a", now, pressing=pressing) == 0
        state = state.after_send(pace, "a", now)


@given(rate=rates, taken=st.integers(0, 60))
def test_available_tokens_can_be_taken(rate: Rate, taken: int) -> None:
    """Exactly as many messages can leave at once as `available` returns."""
    full_at = 0
    for _ in range(min(taken, rate.burst)):
        full_at = rate.after_take(full_at, START)
    available = rate.available(full_at, START)
    for _ in range(available):
        assert rate.wait_time(full_at, START, 0) == 0
        full_at = rate.after_take(full_at, START)
    assert rate.wait_time(full_at, START, 0) > 0


def test_reserve_is_kept_for_emergencies() -> None:
    """The reserve of a bucket is kept for emergencies."""
    pace = RateLimit(overall=Rate(per_minute=60, burst=3, reserve=1))
    state = BucketState()
    for to in ("a", "b"):
        assert state.wait(pace, to, START, pressing=False) == 0
        state = state.after_send(pace, to, START)
    assert state.wait(pace, "c", START, pressing=False) == MINUTE // 60
    assert state.wait(pace, "c", START, pressing=True) == 0


def test_each_recipient_has_a_bucket() -> None:
    """Each recipient has a separate bucket, and a full bucket isn't stored."""
    pace = RateLimit(recipient=Rate(per_minute=6))
    state = BucketState().after_send(pace, "a", START)
    assert [state.wait(pace, to, START, pressing=False) for to in "ab"] == [MINUTE // 6, 0]
    assert state.at_moment(pace, START + 1).recipients.keys() == {"a"}
    assert state.at_moment(pace, START + MINUTE // 6) == BucketState()


@pytest.mark.parametrize(("per_minute", "burst", "reserve"), [(0, 1, 0), (-1, 1, 0), (1, 0, 0), (1, 2, 2), (1, 2, -1)])
def test_rate_without_any_sending_is_refused(per_minute: float, burst: int, reserve: int) -> None:
    """A rate at which no message could ever leave is refused."""
    with pytest.raises(BadInput, match="is invalid: set the rate above 0, the reserve to 0 or more, and"):
        Rate(per_minute=per_minute, burst=burst, reserve=reserve)
