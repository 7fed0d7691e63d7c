"""The state machine of requests about data of one's own: who may do what, in which order, whatever is tried."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.rights.intake import number_from
from anninh_core.domain.rights.model import RightsRequest
from anninh_core.domain.rights.states import (
    OPEN_STATES,
    OUTCOMES,
    TRANSITIONS,
    AnswerOutcome,
    RequestChannel,
    RequestState,
)
from anninh_core.domain.rights.values import (
    IdentityCheck,
    LimitExtension,
    LinkedRecord,
    RestrictionPeriod,
    RightsAnswer,
)
from anninh_core.kernel.errors import AnninhError, BadInput, Refused, WrongStep
from anninh_core.messaging.inbound.talk.commands import extract_receipt
from anninh_core.vocabulary.rights import RightsKind

AT = datetime(2026, 3, 2, 3, tzinfo=UTC)
OFFICERS = ("desk", "checker", "data", "kin")
Step = Callable[[RightsRequest, str], RightsRequest]


def new(kind: RightsKind = RightsKind.DELETION) -> RightsRequest:
    return RightsRequest(
        id="r1", number="DL-000001", unit="u", kind=kind, channel=RequestChannel.OFFICE, received_at=AT, taken_by="desk"
    )


def check(request: RightsRequest, by: str, *, passed: bool = True) -> RightsRequest:
    return request.checked(IdentityCheck(by=by, at=AT, way="office_paper", passed=passed, note="Đã xem"))


def answer(request: RightsRequest, by: str, outcome: AnswerOutcome = AnswerOutcome.GRANTED) -> RightsRequest:
    return request.answered(RightsAnswer(outcome=outcome, by=by, at=AT, rule="Điều 14", reason="Lý do", text="Lời"))


def extend(request: RightsRequest, by: str) -> RightsRequest:
    return request.extended(LimitExtension(reason="Nhiều", by=by, at=AT))


def restrict(request: RightsRequest, by: str) -> RightsRequest:
    period = RestrictionPeriod(rule="Điều 14", reason="Lý do", by=by, since=AT)
    return request.handled(by).restricted(period)


STEPS: tuple[Step, ...] = (
    check,
    lambda request, by: check(request, by, passed=False),
    lambda request, by: request.linked(LinkedRecord(ref=f"conversation:{by}", by=by, at=AT)),
    lambda request, by: request.handled(by),
    restrict,
    lambda request, by: request.lifted(by, AT + timedelta(days=1), "Xong"),
    extend,
    *(lambda request, by, outcome=outcome: answer(request, by, outcome) for outcome in AnswerOutcome),
)


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(OFFICERS)), max_size=14), st.sampled_from(RightsKind))
def test_four_eyes_and_no_grant_unproven(course: list[tuple[Step, str]], kind: RightsKind) -> None:
    """In whatever order officers try: who took it in or looked handles nothing, and nothing is granted unproven."""
    request = new(kind)
    for step, by in course:
        before = request
        try:
            request = step(request, by)
        except AnninhError:
            continue
        checkers = {one.by for one in request.checks}
        assert checkers.isdisjoint({"desk", *request.handled_by})
        assert request.state is before.state or request.state in TRANSITIONS[before.state]
        if request.answer is not None and before.answer is None:
            assert request.answer.outcome in OUTCOMES[before.state]
        if before.answer is not None:
            assert (request.answer, request.checks, request.links) == (before.answer, before.checks, before.links)
        assert sum(one.lifted_at is None for one in request.restrictions) <= 1
        assert (request.ended_on is None) == (request.is_open or request.restriction is not None)


@given(st.uuids())
def test_a_number_is_no_receipt(id: object) -> None:
    """Who quotes it names no tip by it; it is told apart from every receipt."""
    assert extract_receipt(f"Yêu cầu {number_from(str(id))} đến đâu rồi") == ""


@pytest.mark.parametrize("outcome", [AnswerOutcome.PARTLY, AnswerOutcome.REFUSED])
def test_a_refusal_says_why(outcome: AnswerOutcome) -> None:
    """By a rule and a reason, in part or whole."""
    request = check(new(), "checker")
    with pytest.raises(BadInput, match="without a rule"):
        request.answered(RightsAnswer(outcome=outcome, by="data", at=AT, text="Không"))


def test_it_is_extended_once() -> None:
    """And not once it is answered."""
    request = extend(new(), "data")
    with pytest.raises(WrongStep, match="was extended already: a limit can be extended only once"):
        extend(request, "data")
    with pytest.raises(WrongStep, match="answered"):
        extend(answer(new(), "data", AnswerOutcome.TAKEN_BACK), "data")


def test_a_doubt_after_all() -> None:
    """A later look that fails takes back what a first one allowed, until another passes."""
    doubted = check(check(new(), "checker"), "kin", passed=False)
    assert doubted.state is RequestState.UNPROVEN
    with pytest.raises(WrongStep, match="unproven"):
        doubted.handled("data")
    assert check(doubted, "checker").handled("data").handled_by == ("data",)


def test_what_is_asked_is_what_is_done() -> None:
    """A request for one thing is no door to another."""
    with pytest.raises(WrongStep, match="asks for deletion"):
        check(new(), "checker").handled("data", (RightsKind.ACCESS,))


def test_who_ends_a_restriction() -> None:
    """Nobody who looked at who asks, and nobody where none holds; its time counts from its end."""
    held = restrict(check(new(RightsKind.RESTRICTION), "checker"), "data")
    with pytest.raises(Refused):
        held.lifted("checker", AT, "Xong")
    ended = answer(held, "data").lifted("data", AT + timedelta(days=40), "Xong")
    assert (ended.ended_on, ended.restriction) == ((AT + timedelta(days=40)).date(), None)
    with pytest.raises(WrongStep, match="has no restriction in force"):
        ended.lifted("data", AT, "Xong")


def test_open_states_are_all_but_the_last() -> None:
    """What lists call open is what isn't answered."""
    assert set(OPEN_STATES) == {state.value for state in RequestState} - {"answered"}
    assert not TRANSITIONS[RequestState.ANSWERED]
