"""How long to wait before another try, and how many there are."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from anninh_core.messaging.retries import max_tries, retry_delay


@given(id=st.text(), attempt=st.integers(-3, 10**6))
def test_waits_are_bounded_and_repeatable(id: str, attempt: int) -> None:
    """Never under a second, never over a quarter of an hour, and the same for the same row and try."""
    assert timedelta(seconds=1) <= retry_delay(id, attempt) <= timedelta(minutes=15)
    assert retry_delay(id, attempt) == retry_delay(id, attempt)


@given(id=st.text(), attempt=st.integers(1, 8))
def test_waits_between_retries_grow(id: str, attempt: int) -> None:
    """Two tries later the wait is longer, whatever the jitter says."""
    assert retry_delay(id, attempt) <= retry_delay(id, attempt + 1) * 2
    assert retry_delay(id, attempt) < retry_delay(id, attempt + 2) or retry_delay(id, attempt + 2) >= timedelta(
        minutes=7
    )


def test_rows_come_back_apart() -> None:
    """Rows that failed together don't come back together."""
    assert len({retry_delay(f"row {n}", 3) for n in range(50)}) > 25


@given(minutes=st.integers(1, 7 * 24 * 60), id=st.text())
def test_a_patience_is_used_up_by_its_tries(minutes: int, id: str) -> None:
    """The waits between them come to the patience, and at the soonest to half of it."""
    patience = timedelta(minutes=minutes)
    allowed = max_tries(patience)
    waited = sum((retry_delay(id, n) for n in range(1, allowed)), timedelta())
    assert patience / 2 <= waited <= patience + timedelta(minutes=15)


def test_an_outage_of_hours_is_waited_for() -> None:
    """A day's patience is more than a hundred tries, two minutes' are seven."""
    assert max_tries(timedelta(hours=24)) > 100
    assert max_tries(timedelta(minutes=2)) == 7
