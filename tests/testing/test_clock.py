"""Fixed clocks and seeded ids."""

from datetime import UTC, datetime, timedelta

import pytest

from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.ids import require_id
from anninh_core.testing.clock import FixedClock, SeededIds

MORNING = datetime(2021, 9, 2, 8, 0, tzinfo=VIETNAM)


def test_clock_stands_until_moved() -> None:
    """The clock gives UTC and moves by spans, forwards and backwards, or to a moment."""
    clock = FixedClock(MORNING)
    assert clock.now() == clock.now() == MORNING
    assert clock.now().tzinfo is UTC
    assert clock.advance(timedelta(hours=1)) == clock.now() == MORNING + timedelta(hours=1)
    clock.advance(timedelta(hours=-2))
    assert clock.now() == MORNING - timedelta(hours=1)
    clock.set(MORNING)
    assert clock.now() == MORNING


def test_naive_time_is_refused() -> None:
    """A time without zone is refused and changes nothing."""
    clock = FixedClock(MORNING)
    naive = MORNING.replace(tzinfo=None)
    with pytest.raises(BadInput, match="no time zone"):
        clock.set(naive)
    with pytest.raises(BadInput, match="no time zone"):
        FixedClock(naive)
    assert clock.now() == MORNING


def test_ids_repeat_and_sort() -> None:
    """The same seed gives the same ids, another seed others; all are ids of ours and in order on a standing clock."""
    clock = FixedClock(MORNING)
    ids = SeededIds(clock, 1)
    again = SeededIds(clock, 1)
    other = SeededIds(clock, 2)
    made = [ids.new() for _ in range(5_000)]
    assert made == [again.new() for _ in range(5_000)] == sorted(set(made))
    assert other.new() not in made
    assert require_id(made[0], "id") == made[0]


def test_ids_follow_the_clock() -> None:
    """An id made a millisecond later sorts later."""
    clock = FixedClock(MORNING)
    ids = SeededIds(clock)
    early = ids.new()
    clock.advance(timedelta(milliseconds=1))
    assert SeededIds(clock).new() > early
