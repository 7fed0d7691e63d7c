"""Disclosures as pure values."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.identity import Disclosure
from anninh_core.kernel.errors import BadInput, Refused, WrongStep

NOW = datetime(2021, 9, 1, 1, tzinfo=UTC)
ASKED = Disclosure(
    id="d",
    unit="ninh-hoa",
    case="tip:1",
    conversation="mock.1",
    purpose="Xác minh tại chỗ",
    requested_by="o1",
    requested_at=NOW,
    asked_seq=0,
)


def test_nobody_decides_about_their_own_request() -> None:
    """Approving and refusing take a second person."""
    with pytest.raises(Refused, match="second person"):
        ASKED.approved("o1", NOW, NOW + timedelta(hours=1))
    with pytest.raises(Refused, match="second person"):
        ASKED.refused("o1", NOW)


def test_a_decision_stands() -> None:
    """What was decided isn't decided again, either way."""
    for decided in (ASKED.approved("o2", NOW, NOW + timedelta(hours=1)), ASKED.refused("o2", NOW)):
        with pytest.raises(WrongStep, match="already"):
            decided.approved("o3", NOW, NOW + timedelta(hours=1))


@given(st.integers(-48, 48), st.sampled_from(["o1", "o2", "o3"]))
def test_only_the_asker_reads_and_only_in_time(hours: int, by: str) -> None:
    """An identity is readable by who asked, until the time is over, and by nobody else ever."""
    approved = ASKED.approved("o2", NOW, NOW + timedelta(hours=24))
    at = NOW + timedelta(hours=hours)
    if by == "o1" and hours < 24:
        approved.check_readable(by, at)
    else:
        with pytest.raises(Refused):
            approved.check_readable(by, at)


def test_a_request_is_no_permission() -> None:
    """Before a decision, and after a refusal, nothing is read."""
    for closed in (ASKED, ASKED.refused("o2", NOW)):
        with pytest.raises(Refused, match="second person must approve"):
            closed.check_readable("o1", NOW)


def test_a_time_without_an_approval_opens_nothing() -> None:
    """Whatever else a record says, the decision counts."""
    for closed in (ASKED, ASKED.refused("o2", NOW)):
        with pytest.raises(Refused, match="second person must approve"):
            evolve(closed, until=NOW + timedelta(hours=1)).check_readable("o1", NOW)


def test_purpose_and_time_are_owed() -> None:
    """A request without purpose and a grant without duration are refused."""
    with pytest.raises(BadInput, match="without a purpose"):
        evolve(ASKED, purpose=" ")
    with pytest.raises(BadInput, match="can't end"):
        ASKED.approved("o2", NOW, NOW)
