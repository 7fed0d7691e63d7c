"""Rules of erasure requests, legal holds and purge orders, tested without a storage."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.retention.clocks.model import KeptScope
from anninh_core.domain.retention.kind import ERASURE, LEGAL_HOLD, PURGE_ORDER
from anninh_core.domain.retention.model import Erasure, LegalHold, PurgeOrder
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.domain.retention.views import HandedOut
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.kinds import Fact

NOW = datetime(2021, 9, 1, 1, tzinfo=UTC)
TODAY = date(2021, 9, 1)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def test_hold_needs_reason_and_review() -> None:
    """A hold without a reason or a later review day is refused, and a hold is released once."""
    hold = LegalHold(
        id="h", unit="u", scope="tip:1", reason="CV 12", by="o", since=date(2021, 9, 1), review_on=date(2021, 10, 1)
    )
    with pytest.raises(BadInput, match="needs a reason"):
        evolve(hold, reason="")
    with pytest.raises(BadInput, match="can't be reviewed on"):
        evolve(hold, review_on=hold.since)
    with pytest.raises(WrongStep, match="already"):
        hold.released(date(2021, 9, 2), "o").released(date(2021, 9, 3), "p")


def test_purge_is_done_once() -> None:
    """A purge order is carried out once."""
    stone = PurgeOrder(id="tip:1", unit="u", reason="retention", ordered_by="o", ordered_at=NOW).done(NOW)
    with pytest.raises(WrongStep, match="already"):
        stone.done(NOW)


WISH = Erasure(id="e", unit="ninh-hoa", conversation="oa.1", asked_at=NOW, received_at=NOW)
ALLOWED = {
    (ErasureState.OPEN, "granted"): ErasureState.GRANTED,
    (ErasureState.OPEN, "refused"): ErasureState.REFUSED,
    (ErasureState.GRANTED, "done"): ErasureState.DONE,
}


def apply_transition(wish: Erasure, act: str) -> Erasure:
    if act == "done":
        return wish.done(NOW)
    return wish.granted("o1", NOW) if act == "granted" else wish.refused("o1", NOW)


@given(st.lists(st.sampled_from(["granted", "refused", "done"]), max_size=6))
def test_erasure_follows_its_transitions(acts: list[str]) -> None:
    """An erasure request is decided once and done only after it is granted, and the deciding officer stays recorded."""
    wish = WISH
    for act in acts:
        expected = ALLOWED.get((wish.state, act))
        if expected is None:
            with pytest.raises(WrongStep):
                apply_transition(wish, act)
        else:
            wish = apply_transition(wish, act)
            assert wish.state is expected
    assert wish.is_pending is (wish.state in (ErasureState.OPEN, ErasureState.GRANTED))
    assert (wish.decided_by == "o1") is (wish.state is not ErasureState.OPEN)


def test_anonymous_erasure_is_not_granted() -> None:
    """An erasure request for which the platform named no sender can be refused but not granted, as there is nothing to
    destroy.
    """
    anonymous = evolve(WISH, conversation="")
    assert anonymous.scopes == ()
    with pytest.raises(WrongStep, match="can't be carried out, because the platform didn't name the"):
        anonymous.granted("o1", NOW)
    assert anonymous.refused("o1", NOW).state is ErasureState.REFUSED


ORDER = PurgeOrder(id="tip:1", unit="u", reason="retention", ordered_by="o", ordered_at=NOW, due_at=NOW + HOUR)


def test_pending_order_is_due_at_its_time() -> None:
    """A purge order is due from its due time on, at once without a due time, and never after it is done or
    cancelled.
    """
    assert [ORDER.is_due(NOW + HOUR - SECOND), ORDER.is_due(NOW + HOUR), ORDER.is_due(NOW + DAY)] == [False, True, True]
    assert evolve(ORDER, due_at=None).is_due(NOW)
    for over in (ORDER.done(NOW), ORDER.cancelled(NOW)):
        assert (over.is_pending, over.is_due(NOW + DAY)) == (False, False)
    assert ORDER.is_pending


def test_begun_order_keeps_time_and_key_mark() -> None:
    """A purge order that is begun again keeps its begin time and its key mark; the facts of its record are read again
    as long as the record can be read.
    """
    facts = (Fact("tips", "u", NOW.date()),)
    begun = ORDER.begun(NOW, facts, "mark")
    assert begun == evolve(ORDER, begun_at=NOW, counted=facts, key_mark="mark")
    again = begun.begun(NOW + HOUR, None, "other")
    assert again == begun
    assert begun.begun(NOW + HOUR, (), "other").counted == ()
    assert ORDER.begun(NOW).key_mark is None


def test_unmarked_begun_order_counts_as_purged() -> None:
    """A purge order begun by an earlier version has no key mark, so that its begin counts as a completed purge unless
    `purged_at` is set.
    """
    unmarked = evolve(ORDER, begun_at=NOW)
    assert unmarked.begun(NOW + HOUR, (), "mark").purged_at == NOW
    assert evolve(unmarked, purged_at=NOW - DAY).begun(NOW + HOUR, (), "mark").purged_at == NOW - DAY
    assert evolve(unmarked, key_mark="mark").begun(NOW + HOUR, (), "other").purged_at is None
    assert ORDER.begun(NOW, (), "mark").purged_at is None


def test_an_order_is_cancelled_until_it_is_begun() -> None:
    """A purge order can be cancelled until it is begun; a begun order can only be given up, which removes its key mark.
    Neither can happen twice.
    """
    assert ORDER.cancelled(NOW) == evolve(ORDER, cancelled_at=NOW)
    begun = ORDER.begun(NOW, (), "mark")
    assert begun.given_up(NOW) == evolve(ORDER, counted=(), cancelled_at=NOW)
    assert ORDER.given_up(NOW) == ORDER.cancelled(NOW)
    for over in (begun, ORDER.done(NOW), ORDER.cancelled(NOW)):
        with pytest.raises(WrongStep, match="'tip:1' can't be held any more"):
            over.cancelled(NOW)
    for over in (ORDER.done(NOW), ORDER.cancelled(NOW)):
        with pytest.raises(WrongStep, match="'tip:1' can't be held any more"):
            over.given_up(NOW)
        with pytest.raises(
            WrongStep, match="The purge of 'tip:1' was carried out or cancelled already: if it is still needed"
        ):
            over.done(NOW)
    handed_out = (HandedOut(seq=1, action="a", actor="person:o", at=NOW),)
    assert begun.done(NOW, handed_out) == evolve(begun, done_at=NOW, handed_out=handed_out)


def test_erasure_age_counts_from_receipt() -> None:
    """The age of an erasure request counts from its receipt until an officer decides."""
    wish = evolve(WISH, asked_at=NOW - DAY)
    assert wish.age(NOW + HOUR) == HOUR
    granted = wish.granted("o1", NOW + HOUR)
    assert (granted.age(NOW + DAY), granted.decided_at, granted.decided_by) == (HOUR, NOW + HOUR, "o1")
    assert granted.done(NOW + DAY) == evolve(granted, state=ErasureState.DONE, done_at=NOW + DAY)
    assert wish.refused("o1", NOW + DAY).age(NOW + DAY * 9) == DAY
    assert wish.scopes == ("identity:oa.1", "conversation:oa.1")


def test_wrong_transition_names_erasure_and_state() -> None:
    """A refused transition names the erasure request, its state and the next step."""
    for state in (ErasureState.GRANTED, ErasureState.DONE, ErasureState.REFUSED):
        with pytest.raises(WrongStep, match=f"Erasure e is {state} already: a new wish needs a new request."):
            evolve(WISH, state=state).refused("o", NOW)
    for state in (ErasureState.OPEN, ErasureState.DONE, ErasureState.REFUSED):
        with pytest.raises(
            WrongStep, match=f"Erasure e is {state}: an officer must grant it first with `retention.erase`."
        ):
            evolve(WISH, state=state).done(NOW)


def test_hold_is_released_once() -> None:
    """A hold is released once, records day and officer, and has a review day after its first day."""
    hold = LegalHold(id="h", unit="u", scope="tip:1", reason="CV 12", by="o", since=TODAY, review_on=TODAY + DAY)
    assert hold.released(TODAY, "p") == evolve(hold, released_on=TODAY, released_by="p")
    with pytest.raises(WrongStep, match="hold on 'tip:1' was released already, on 2021-09-01"):
        hold.released(TODAY, "p").released(TODAY, "q")
    for review in (TODAY, TODAY - DAY):
        with pytest.raises(
            BadInput, match=f"A legal hold from 2021-09-01 can't be reviewed on {review}: choose a later"
        ):
            evolve(hold, review_on=review)
    with pytest.raises(BadInput, match="A legal hold on 'tip:1' needs a reason: write who asks for it, and why"):
        evolve(hold, reason=" ")


def test_clear_columns_contain_the_minimum() -> None:
    """The unencrypted columns contain only the hour of an erasure request, whether a purge order is done, and whether a
    hold is in force.
    """
    assert ERASURE.columns(evolve(WISH, received_at=NOW + HOUR - SECOND)) == {
        "state": "open",
        "conversation": "oa.1",
        "received": "2021-09-01T01",
    }
    assert [PURGE_ORDER.columns(order)["done"] for order in (ORDER, ORDER.done(NOW), ORDER.cancelled(NOW))] == [
        False,
        True,
        True,
    ]
    hold = LegalHold(id="h", unit="u", scope="tip:1", reason="CV 12", by="o", since=TODAY, review_on=TODAY + DAY)
    assert LEGAL_HOLD.columns(hold) == {"scope": "tip:1", "running": True, "review": "2021-09-02"}
    assert LEGAL_HOLD.columns(hold.released(TODAY, "p"))["running"] is False
    facts = (Fact("tips", "u", TODAY),)
    assert PURGE_ORDER.facts_of_others(evolve(ORDER, counted=facts)) == {"tip:1": facts}
    assert PURGE_ORDER.facts_of_others(ORDER) == {}
    assert "secret" not in repr(evolve(ORDER, key_mark="secret")) + repr(evolve(WISH, alias="secret"))


@pytest.mark.parametrize(
    ("ended", "days", "last"), [(TODAY, 0, TODAY), (TODAY, 5, TODAY + DAY * 5), (None, 5, None), (TODAY, None, None)]
)
def test_retention_ends_after_its_last_day(ended: date | None, days: int | None, last: date | None) -> None:
    """A retention period is over from the day after its last day, and never while a case is open or has no period."""
    scope = KeptScope(scope="tip:1", unit="u", data="content", days=days, ended_on=ended)
    assert scope.last_day == last
    assert not scope.is_over(TODAY + DAY * (days or 0))
    assert scope.is_over(TODAY + DAY * ((days or 0) + 1)) is (last is not None)
