"""How long to wait before another try."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from anninh_core.dispatch.backoff import delay


@given(id=st.text(), attempt=st.integers(-3, 10**6))
def test_waits_are_bounded_and_repeatable(id: str, attempt: int) -> None:
    """Never under a second, never over a quarter of an hour, and the same for the same row and try."""
    assert timedelta(seconds=1) <= delay(id, attempt) <= timedelta(minutes=15)
    assert delay(id, attempt) == delay(id, attempt)


@given(id=st.text(), attempt=st.integers(1, 8))
def test_waits_grow(id: str, attempt: int) -> None:
    """Two tries later the wait is longer, whatever the jitter says."""
    assert delay(id, attempt) <= delay(id, attempt + 1) * 2
    assert delay(id, attempt) < delay(id, attempt + 2) or delay(id, attempt + 2) >= timedelta(minutes=7)


def test_rows_come_back_apart() -> None:
    """Rows that failed together don't come back together."""
    assert len({delay(f"row {n}", 3) for n in range(50)}) > 25
