"""Clocks computed again: the same for the same, and the law's never later because somebody waited."""

from datetime import UTC, date, datetime, timedelta

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.tips.test_model import AT, tip

from anninh_core.domain.tips import Tip, TipState
from anninh_core.domain.tips.clocks.recomputation import recompute_deadlines
from anninh_core.domain.tips.deadlines import Deadline
from anninh_core.domain.tips.states import DecisionKind
from anninh_core.domain.tips.values import ClockDecision, Wait
from anninh_core.profile.loader import load_profile

DISTRICT = load_profile("hoa_lu_2021")
OWN = {rule.id for rule in DISTRICT.deadlines if rule.own}
LEGAL_KINDS = ("denunciation", "crime_report", "feedback", "civil_dispute")
K = DecisionKind

states = st.sampled_from([TipState.ASSIGNED, TipState.VERIFYING, TipState.WAITING, TipState.RESOLVED])
spans = st.lists(st.integers(1, 60), max_size=6)
"""Days between the beginnings and the ends of waits."""
papers = st.lists(st.sampled_from([K.COMPLEX, K.EXTENDED, K.SUSPENDED, K.REVOKED]), max_size=5)


def case(kind: str, state: TipState, days: list[int], decided: list[DecisionKind]) -> Tip:
    """Return a tip that passed waits and decisions, one paper a week, whether or not the law allows that order."""
    at = AT
    turns = []
    for gap in days:
        at += timedelta(days=gap)
        turns.append(at)
    waits = [Wait(start=turns[n], end=turns[n + 1]) for n in range(0, len(turns) - 1, 2)]
    decisions = [
        ClockDecision(
            kind=what,
            body="VKS",
            number="1",
            day=date(2021, 9, 2) + timedelta(weeks=n),
            recorded_at=AT + timedelta(weeks=n, days=2),
            months=2 if what is K.EXTENDED else 0,
        )
        for n, what in enumerate(decided)
    ]
    moments = {"received": AT, **({"settled": at} if state is TipState.RESOLVED else {})}
    return tip(state, legal_kind=kind, moments=moments, waits=tuple(waits), decisions=tuple(decisions))


@given(st.sampled_from(LEGAL_KINDS), states, spans, papers, st.integers(0, 500))
def test_twice_is_as_once(kind: str, state: TipState, days: list[int], decided: list[DecisionKind], later: int) -> None:
    """Whatever a tip passed, computing its clocks again changes nothing, then or later."""
    once = recompute_deadlines(DISTRICT, case(kind, state, days, decided), AT + timedelta(days=400))
    assert recompute_deadlines(DISTRICT, once, AT + timedelta(days=400 + later)) == once


@given(st.sampled_from(LEGAL_KINDS), states, spans, papers)
def test_waiting_moves_no_limit_of_the_law(
    kind: str, state: TipState, days: list[int], decided: list[DecisionKind]
) -> None:
    """However long the reporter is waited for, the clocks that are not the district's own stand as if nobody waited."""
    waited = recompute_deadlines(DISTRICT, case(kind, state, days, decided), AT + timedelta(days=99))
    plain = recompute_deadlines(
        DISTRICT, evolve(case(kind, TipState.ASSIGNED, days, decided), waits=(), moments=waited.moments), AT
    )
    assert [one for one in waited.clocks if one.rule not in OWN] == [one for one in plain.clocks if one.rule not in OWN]


@given(st.sampled_from(LEGAL_KINDS), states, spans, papers)
def test_no_target_lies_behind_its_limit(
    kind: str, state: TipState, days: list[int], decided: list[DecisionKind]
) -> None:
    """Both readings are there for every clock."""
    for clock in recompute_deadlines(DISTRICT, case(kind, state, days, decided), AT).clocks:
        assert clock.target is not None
        assert clock.target <= clock.due


def test_only_decided_clocks_take_the_place_of_others() -> None:
    """A plain case has twenty days; a complex one two months, an extended one up to four, and neither has both."""

    def resolving(*decided: DecisionKind) -> list[str]:
        clocks = recompute_deadlines(DISTRICT, case("crime_report", TipState.ASSIGNED, [], [*decided]), AT).clocks
        return [clock.rule for clock in clocks if clock.rule.startswith("resolve")]

    assert resolving() == ["resolve"]
    assert resolving(K.COMPLEX) == ["resolve_complex"]
    assert resolving(K.COMPLEX, K.EXTENDED) == ["resolve_extended"]
    assert resolving(K.COMPLEX, K.SUSPENDED, K.REVOKED) == ["resolve_resumed"]


def test_an_extension_by_one_month_is_one_month() -> None:
    """Three months in all from the reception, not the four that are allowed at most."""
    complex_case = case("crime_report", TipState.ASSIGNED, [], [K.COMPLEX, K.EXTENDED])
    complex_, extended = complex_case.decisions
    shorter = evolve(complex_case, decisions=(complex_, evolve(extended, months=1)))

    (clock,) = [one for one in recompute_deadlines(DISTRICT, shorter, AT).clocks if one.rule == "resolve_extended"]

    assert clock.due == datetime(2021, 12, 1, 17, tzinfo=UTC)


def test_what_counted_as_notice_before_stays_one() -> None:
    """In a tip of an earlier version a chat receipt met the notice: computed again, it isn't overdue all at once."""
    told = AT + timedelta(minutes=1)
    old = tip(moments={"received": AT, "receipt": told}, clocks=(Deadline(rule="notify_receipt", due=AT, met_at=told),))

    again = recompute_deadlines(DISTRICT, recompute_deadlines(DISTRICT, old, AT + timedelta(days=9)), AT)

    assert {clock.rule: clock.met_at for clock in again.clocks}["notify_receipt"] == told


def test_a_late_suspension_stays_late() -> None:
    """The twenty days had run out when it came: the clock is met late, and revoking doesn't make that undone."""
    late = ClockDecision(
        kind=K.SUSPENDED, body="CQĐT", number="2", day=date(2021, 10, 1), recorded_at=AT + timedelta(30)
    )
    back = ClockDecision(kind=K.REVOKED, body="CQĐT", number="3", day=date(2021, 10, 8), recorded_at=AT + timedelta(37))
    case_ = tip(moments={"received": AT}, decisions=(late,))

    def clocks(one: Tip) -> dict[str, bool]:
        found = recompute_deadlines(DISTRICT, one, AT).clocks
        return {clock.rule: clock.is_in_time(AT) for clock in found if clock.rule.startswith("resolve")}

    assert clocks(case_) == {"resolve": False}
    assert clocks(evolve(case_, decisions=(late, back))) == {"resolve": False, "resolve_resumed": True}
