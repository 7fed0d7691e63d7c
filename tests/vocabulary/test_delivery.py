"""Quiet hours."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput
from anninh_core.vocabulary.delivery import DeliveryRules

NIGHT = DeliveryRules()
moments = st.integers(0, 10 * 365 * 24 * 60).map(lambda n: datetime(2021, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ("21:59", None),
        ("22:00", "02T06:00"),
        ("23:59", "02T06:00"),
        ("00:00", "01T06:00"),
        ("05:59", "01T06:00"),
        ("06:00", None),
    ],
)
def test_the_night_lasts_until_six(clock: str, until: str | None) -> None:
    """From ten in the evening, over midnight, to the next six o'clock in Vietnam."""
    found = NIGHT.quiet_until(datetime.fromisoformat(f"2021-09-01T{clock}+07:00").astimezone(UTC), VIETNAM)
    assert (found and found.astimezone(VIETNAM).strftime("%dT%H:%M")) == until


@given(moment=moments, start=clocks, end=clocks)
def test_quiet_hours_end_within_a_day_and_then_are_over(moment: datetime, start: time, end: time) -> None:
    """Whatever the hours are: nothing waits for longer than a day, nor twice."""
    if start == end:
        end = time((start.hour + 1) % 24, start.minute)
    rules = DeliveryRules(quiet=(start, end))
    until = rules.quiet_until(moment, VIETNAM)
    if until is not None:
        assert timedelta() < until - moment <= timedelta(days=1)
        assert rules.quiet_until(until, VIETNAM) is None


@given(moment=moments)
def test_without_quiet_hours_nothing_waits(moment: datetime) -> None:
    """A district may do without."""
    assert DeliveryRules(quiet=None).quiet_until(moment, VIETNAM) is None


def test_hours_that_never_end_are_refused() -> None:
    """Nothing would ever leave."""
    with pytest.raises(BadInput, match="from 22:00 to 22:00 never end"):
        DeliveryRules(quiet=(time(22), time(22)))
