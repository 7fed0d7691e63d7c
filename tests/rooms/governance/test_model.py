"""Disclosures, wishes to be erased, holds and tombstones as pure values."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.rooms.governance import Disclosure, Erasure, ErasureState, LegalHold, Tombstone

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


def test_purpose_reason_and_time_are_owed() -> None:
    """A request without purpose, a grant without duration and a hold without reason or review are refused."""
    with pytest.raises(BadInput, match="without a purpose"):
        evolve(ASKED, purpose=" ")
    with pytest.raises(BadInput, match="can't end"):
        ASKED.approved("o2", NOW, NOW)
    hold = LegalHold(
        id="h", unit="u", scope="tip:1", reason="CV 12", by="o", since=date(2021, 9, 1), review_on=date(2021, 10, 1)
    )
    with pytest.raises(BadInput, match="needs a reason"):
        evolve(hold, reason="")
    with pytest.raises(BadInput, match="take a later day"):
        evolve(hold, review_on=hold.since)
    with pytest.raises(WrongStep, match="already"):
        hold.released(date(2021, 9, 2)).released(date(2021, 9, 3))


def test_nothing_is_destroyed_twice() -> None:
    """A tombstone is set once."""
    stone = Tombstone(id="tip:1", unit="u", reason="retention", ordered_by="o", ordered_at=NOW).done(NOW)
    with pytest.raises(WrongStep, match="already"):
        stone.done(NOW)


WISH = Erasure(id="e", unit="ninh-hoa", conversation="oa.1", asked_at=NOW, received_at=NOW)
ALLOWED = {
    (ErasureState.OPEN, "granted"): ErasureState.GRANTED,
    (ErasureState.OPEN, "refused"): ErasureState.REFUSED,
    (ErasureState.GRANTED, "done"): ErasureState.DONE,
}


def moved(wish: Erasure, act: str) -> Erasure:
    if act == "done":
        return wish.done(NOW)
    return wish.granted("o1", NOW) if act == "granted" else wish.refused("o1", NOW)


@given(st.lists(st.sampled_from(["granted", "refused", "done"]), max_size=6))
def test_a_wish_goes_one_way(acts: list[str]) -> None:
    """It is decided once, fulfilled only once it is granted, and who decided stays."""
    wish = WISH
    for act in acts:
        expected = ALLOWED.get((wish.state, act))
        if expected is None:
            with pytest.raises(WrongStep):
                moved(wish, act)
        else:
            wish = moved(wish, act)
            assert wish.state is expected
    assert wish.pending is (wish.state in (ErasureState.OPEN, ErasureState.GRANTED))
    assert (wish.decided_by == "o1") is (wish.state is not ErasureState.OPEN)


def test_nobody_s_wish_is_not_granted() -> None:
    """Where the platform didn't say who asked there is nothing to destroy."""
    nobody = evolve(WISH, conversation="")
    assert nobody.scopes == ()
    with pytest.raises(WrongStep, match="didn't say who"):
        nobody.granted("o1", NOW)
    assert nobody.refused("o1", NOW).state is ErasureState.REFUSED
