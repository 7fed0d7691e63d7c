"""Fixed clocks and seeded ids."""

from datetime import UTC, datetime, timedelta

import pytest

from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.ids import require_id
from anninh_core.testing.clock import FixedClock, SeededIds

MORNING = datetime(2021, 9, 2, 8, 0, tzinfo=VIETNAM)


def test_clock_moves_only_on_request() -> None:
    """A fixed clock gives UTC, and moves only by a span, forwards or backwards, or to a given time."""
    clock = FixedClock(MORNING)
    assert clock.now() == clock.now() == MORNING
    assert clock.now().tzinfo is UTC
    assert clock.advance(timedelta(hours=1)) == clock.now() == MORNING + timedelta(hours=1)
    clock.advance(timedelta(hours=-2))
    assert clock.now() == MORNING - timedelta(hours=1)
    clock.set(MORNING)
    assert clock.now() == MORNING


def test_naive_time_is_refused() -> None:
    """A time without a zone is refused and changes nothing."""
    clock = FixedClock(MORNING)
    naive = MORNING.replace(tzinfo=None)
    with pytest.raises(BadInput, match="no time zone"):
        clock.set(naive)
    with pytest.raises(BadInput, match="no time zone"):
        FixedClock(naive)
    assert clock.now() == MORNING


def test_ids_repeat_and_sort() -> None:
    """The same seed gives the same valid ids, another seed gives others, and ids are sorted even if the clock doesn't
    move.
    """
    clock = FixedClock(MORNING)
    ids = SeededIds(clock, 1)
    same_seed = SeededIds(clock, 1)
    other_seed = SeededIds(clock, 2)
    new_ids = [ids.new() for _ in range(5_000)]
    assert new_ids == [same_seed.new() for _ in range(5_000)] == sorted(set(new_ids))
    assert other_seed.new() not in new_ids
    assert require_id(new_ids[0], "id") == new_ids[0]


def test_ids_follow_the_clock() -> None:
    """An id made a millisecond later sorts later."""
    clock = FixedClock(MORNING)
    ids = SeededIds(clock)
    early = ids.new()
    clock.advance(timedelta(milliseconds=1))
    assert SeededIds(clock).new() > early
