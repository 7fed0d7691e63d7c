"""Deadlines for requests about one's own data, by the dated limits of the profile."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve

from anninh_core.domain.rights.clocks import add_limits, read_clock
from anninh_core.domain.rights.model import RightsRequest
from anninh_core.domain.rights.states import AnswerClockState, RequestChannel
from anninh_core.domain.rights.values import LimitExtension
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.limits import find_last_day
from anninh_core.profile.loader import load_profile
from anninh_core.vocabulary.rights import RightsKind, RightsRules

DISTRICT = load_profile("hoa_lu_2021")


def build_request(kind: RightsKind, day: str) -> RightsRequest:
    at = datetime.combine(date.fromisoformat(day), datetime.min.time(), VIETNAM) + timedelta(hours=9)
    return RightsRequest(id="r", number="DL-1", unit="u", kind=kind, channel=RequestChannel.CHAT, received_at=at)


@pytest.mark.parametrize(
    ("kind", "day", "limit", "last_day"),
    [
        (RightsKind.ACCESS, "2021-09-01", "20d", "2021-09-21"),
        (RightsKind.DELETION, "2023-07-03", "72h", "2023-07-06"),
        (RightsKind.ACCESS, "2026-03-02", "10d", "2026-03-12"),
        # The tenth day is a Saturday, so the limit moves to Monday.
        (RightsKind.CORRECTION, "2026-03-04", "10d", "2026-03-16"),
        (RightsKind.RESTRICTION, "2026-03-02", "15d", "2026-03-17"),
        # The twentieth day is a Sunday, so the limit moves to Monday.
        (RightsKind.DELETION, "2026-03-02", "20d", "2026-03-23"),
    ],
)
def test_limit_follows_the_day_of_receipt(kind: RightsKind, day: str, limit: str, last_day: str) -> None:
    """Each request follows the rule of the day of its receipt, and a deadline on a day off moves to the next working
    day.
    """
    clock = read_clock(DISTRICT, build_request(kind, day))
    assert clock is not None
    assert (clock.limit, str(find_last_day(clock.due))) == (limit, last_day)


def test_every_kind_has_a_limit_at_any_time() -> None:
    """In the shipped profile every kind has a limit on every day, and each rule of law is dated, has a source and isn't
    checked yet.
    """
    for kind in RightsKind:
        for day in ("2021-08-20", "2023-06-30", "2023-07-01", "2025-12-31", "2026-01-01", "2030-01-01"):
            assert read_clock(DISTRICT, build_request(kind, day)) is not None
    laws = [limit for limit in DISTRICT.rights.limits if not limit.own]
    assert all(limit.source and limit.valid_from > date.min for limit in laws)
    assert {limit.checked_on for limit in laws} == {None}


def test_extension_is_added_once() -> None:
    """An extension is added once, in the rule's unit."""
    request = build_request(RightsKind.OBJECTION, "2026-03-02")
    extended = evolve(request, extension=LimitExtension(reason="Nhiều", by="o", at=request.received_at))
    clock = read_clock(DISTRICT, extended)
    assert clock is not None
    assert (clock.limit, str(find_last_day(clock.due))) == ("30d", "2026-04-01")
    assert add_limits("10d", "") == "10d"


def test_clock_state_follows_time() -> None:
    """A clock runs, warns three days before its target, is overdue after its last moment, and is met either in time or
    late.
    """
    clock = read_clock(DISTRICT, build_request(RightsKind.ACCESS, "2026-03-02"))
    assert clock is not None
    assert clock.state(clock.target - timedelta(days=4)) is AnswerClockState.RUNNING
    assert clock.state(clock.target - timedelta(days=3)) is AnswerClockState.WARN
    assert clock.state(clock.due) is AnswerClockState.WARN
    assert clock.state(clock.due + timedelta(seconds=1)) is AnswerClockState.OVERDUE
    later = clock.due + timedelta(seconds=1)
    met, late = (evolve(clock, met_at=at).state(datetime(2027, 1, 1, tzinfo=UTC)) for at in (clock.due, later))
    assert (met, late) == (AnswerClockState.MET, AnswerClockState.MET_LATE)


def test_profile_without_limits_has_no_clock() -> None:
    """A profile without limits gives no clock."""
    assert read_clock(evolve(DISTRICT, rights=RightsRules()), build_request(RightsKind.ACCESS, "2026-03-02")) is None
