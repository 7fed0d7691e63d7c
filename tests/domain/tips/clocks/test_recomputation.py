"""Recomputing clocks is idempotent, and waiting never postpones a legal limit."""

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
"""Lists of random numbers of days, for the times between the starts and ends of waits for the reporter."""
papers = st.lists(st.sampled_from([K.COMPLEX, K.EXTENDED, K.SUSPENDED, K.REVOKED]), max_size=5)


def build_tip(kind: str, state: TipState, days: list[int], decided: list[DecisionKind]) -> Tip:
    """Return a tip with waits for the reporter and with one decision a week, in an order that the law may not allow."""
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
def test_recomputation_is_idempotent(
    kind: str, state: TipState, days: list[int], decided: list[DecisionKind], later: int
) -> None:
    """Recomputing the clocks of any tip changes nothing, now or later."""
    once = recompute_deadlines(DISTRICT, build_tip(kind, state, days, decided), AT + timedelta(days=400))
    assert recompute_deadlines(DISTRICT, once, AT + timedelta(days=400 + later)) == once


@given(st.sampled_from(LEGAL_KINDS), states, spans, papers)
def test_waiting_moves_no_legal_limit(kind: str, state: TipState, days: list[int], decided: list[DecisionKind]) -> None:
    """Waiting for the reporter doesn't change any clock that isn't the district's own."""
    waited = recompute_deadlines(DISTRICT, build_tip(kind, state, days, decided), AT + timedelta(days=99))
    plain = recompute_deadlines(
        DISTRICT, evolve(build_tip(kind, TipState.ASSIGNED, days, decided), waits=(), moments=waited.moments), AT
    )
    assert [clock for clock in waited.clocks if clock.rule not in OWN] == [
        clock for clock in plain.clocks if clock.rule not in OWN
    ]


@given(st.sampled_from(LEGAL_KINDS), states, spans, papers)
def test_no_target_is_after_its_limit(kind: str, state: TipState, days: list[int], decided: list[DecisionKind]) -> None:
    """Every clock has a target date that isn't after its legal limit."""
    for clock in recompute_deadlines(DISTRICT, build_tip(kind, state, days, decided), AT).clocks:
        assert clock.target is not None
        assert clock.target <= clock.due


def test_case_has_one_resolve_clock() -> None:
    """A plain, complex, extended or resumed case has exactly one clock for resolving it."""

    def list_resolve_clocks(*decided: DecisionKind) -> list[str]:
        clocks = recompute_deadlines(DISTRICT, build_tip("crime_report", TipState.ASSIGNED, [], [*decided]), AT).clocks
        return [clock.rule for clock in clocks if clock.rule.startswith("resolve")]

    assert list_resolve_clocks() == ["resolve"]
    assert list_resolve_clocks(K.COMPLEX) == ["resolve_complex"]
    assert list_resolve_clocks(K.COMPLEX, K.EXTENDED) == ["resolve_extended"]
    assert list_resolve_clocks(K.COMPLEX, K.SUSPENDED, K.REVOKED) == ["resolve_resumed"]


def test_an_extension_by_one_month_is_one_month() -> None:
    """An extension by one month gives three months from the receipt, not the four of the longest extension."""
    complex_case = build_tip("crime_report", TipState.ASSIGNED, [], [K.COMPLEX, K.EXTENDED])
    complex_, extended = complex_case.decisions
    shorter = evolve(complex_case, decisions=(complex_, evolve(extended, months=1)))

    (clock,) = [
        clock for clock in recompute_deadlines(DISTRICT, shorter, AT).clocks if clock.rule == "resolve_extended"
    ]

    assert clock.due == datetime(2021, 12, 1, 17, tzinfo=UTC)


def test_earlier_chat_notice_stays_met() -> None:
    """A chat receipt that met the notice in an earlier version still meets it after recomputation."""
    confirmed_at = AT + timedelta(minutes=1)
    old = tip(
        moments={"received": AT, "receipt": confirmed_at},
        clocks=(Deadline(rule="notify_receipt", due=AT, met_at=confirmed_at),),
    )

    again = recompute_deadlines(DISTRICT, recompute_deadlines(DISTRICT, old, AT + timedelta(days=9)), AT)

    assert {clock.rule: clock.met_at for clock in again.clocks}["notify_receipt"] == confirmed_at


def test_a_late_suspension_stays_late() -> None:
    """A clock that was overdue at its suspension is met late, also after the revocation."""
    late = ClockDecision(
        kind=K.SUSPENDED, body="CQĐT", number="2", day=date(2021, 10, 1), recorded_at=AT + timedelta(30)
    )
    back = ClockDecision(kind=K.REVOKED, body="CQĐT", number="3", day=date(2021, 10, 8), recorded_at=AT + timedelta(37))
    case_ = tip(moments={"received": AT}, decisions=(late,))

    def clocks(decided_tip: Tip) -> dict[str, bool]:
        deadlines = recompute_deadlines(DISTRICT, decided_tip, AT).clocks
        return {clock.rule: clock.is_in_time(AT) for clock in deadlines if clock.rule.startswith("resolve")}

    assert clocks(case_) == {"resolve": False}
    assert clocks(evolve(case_, decisions=(late, back))) == {"resolve": False, "resolve_resumed": True}
