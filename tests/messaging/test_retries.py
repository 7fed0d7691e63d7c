"""The delay before a retry, and the number of attempts."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from anninh_core.messaging.retries import max_tries, retry_delay


@given(id=st.text(), attempt=st.integers(-3, 10**6))
def test_waits_are_bounded_and_repeatable(id: str, attempt: int) -> None:
    """Delays are between a second and 15 minutes, and the same for the same row and attempt."""
    assert timedelta(seconds=1) <= retry_delay(id, attempt) <= timedelta(minutes=15)
    assert retry_delay(id, attempt) == retry_delay(id, attempt)


@given(id=st.text(), attempt=st.integers(1, 8))
def test_waits_between_retries_grow(id: str, attempt: int) -> None:
    """Two attempts later the delay is longer, despite the jitter."""
    assert retry_delay(id, attempt) <= retry_delay(id, attempt + 1) * 2
    assert retry_delay(id, attempt) < retry_delay(id, attempt + 2) or retry_delay(id, attempt + 2) >= timedelta(
        minutes=7
    )


def test_delays_differ_between_rows() -> None:
    """Rows that failed together get different delays."""
    assert len({retry_delay(f"row {n}", 3) for n in range(50)}) > 25


@given(minutes=st.integers(1, 7 * 24 * 60), id=st.text())
def test_attempts_use_up_the_patience(minutes: int, id: str) -> None:
    """The delays of `max_tries` attempts add up to at least half of the patience and at most the patience plus 15
    minutes.
    """
    patience = timedelta(minutes=minutes)
    attempts = max_tries(patience)
    total = sum((retry_delay(id, n) for n in range(1, attempts)), timedelta())
    assert patience / 2 <= total <= patience + timedelta(minutes=15)


def test_patience_of_a_day_allows_many_attempts() -> None:
    """A patience of a day allows more than a hundred attempts, and a patience of two minutes allows seven."""
    assert max_tries(timedelta(hours=24)) > 100
    assert max_tries(timedelta(minutes=2)) == 7
