"""Quiet hours at night, in which messages wait."""

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
def test_quiet_hours_last_until_six(clock: str, until: str | None) -> None:
    """By default the quiet hours last from 22:00 to the next 06:00 in Vietnam."""
    until_utc = NIGHT.quiet_until(datetime.fromisoformat(f"2021-09-01T{clock}+07:00").astimezone(UTC), VIETNAM)
    assert (until_utc and until_utc.astimezone(VIETNAM).strftime("%dT%H:%M")) == until


@given(moment=moments, start=clocks, end=clocks)
def test_quiet_hours_end_within_a_day(moment: datetime, start: time, end: time) -> None:
    """Whatever the quiet hours are, they end within a day and don't begin again at their end."""
    if start == end:
        end = time((start.hour + 1) % 24, start.minute)
    rules = DeliveryRules(quiet=(start, end))
    until = rules.quiet_until(moment, VIETNAM)
    if until is not None:
        assert timedelta() < until - moment <= timedelta(days=1)
        assert rules.quiet_until(until, VIETNAM) is None


@given(moment=moments)
def test_without_quiet_hours_nothing_waits(moment: datetime) -> None:
    """Without quiet hours no message waits."""
    assert DeliveryRules(quiet=None).quiet_until(moment, VIETNAM) is None


def test_endless_quiet_hours_are_refused() -> None:
    """Quiet hours with equal start and end are refused, because no message would ever be sent."""
    with pytest.raises(BadInput, match="from 22:00 to 22:00 never end"):
        DeliveryRules(quiet=(time(22), time(22)))
