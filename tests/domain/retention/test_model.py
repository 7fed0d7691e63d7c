"""Wishes to be erased, holds and tombstones as pure values."""

from datetime import UTC, date, datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.retention import Erasure, ErasureState, LegalHold, PurgeOrder
from anninh_core.kernel.errors import BadInput, WrongStep

NOW = datetime(2021, 9, 1, 1, tzinfo=UTC)


def test_reason_and_review_are_owed() -> None:
    """A hold without reason or review is refused, and it is released once."""
    hold = LegalHold(
        id="h", unit="u", scope="tip:1", reason="CV 12", by="o", since=date(2021, 9, 1), review_on=date(2021, 10, 1)
    )
    with pytest.raises(BadInput, match="needs a reason"):
        evolve(hold, reason="")
    with pytest.raises(BadInput, match="take a later day"):
        evolve(hold, review_on=hold.since)
    with pytest.raises(WrongStep, match="already"):
        hold.released(date(2021, 9, 2), "o").released(date(2021, 9, 3), "p")


def test_nothing_is_destroyed_twice() -> None:
    """A tombstone is set once."""
    stone = PurgeOrder(id="tip:1", unit="u", reason="retention", ordered_by="o", ordered_at=NOW).done(NOW)
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
    assert wish.is_pending is (wish.state in (ErasureState.OPEN, ErasureState.GRANTED))
    assert (wish.decided_by == "o1") is (wish.state is not ErasureState.OPEN)


def test_nobody_s_wish_is_not_granted() -> None:
    """Where the platform didn't say who asked there is nothing to destroy."""
    nobody = evolve(WISH, conversation="")
    assert nobody.scopes == ()
    with pytest.raises(WrongStep, match="didn't say who"):
        nobody.granted("o1", NOW)
    assert nobody.refused("o1", NOW).state is ErasureState.REFUSED
