"""The state machine of requests about a person's own data holds for any sequence of steps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.rights.intake import make_request_number
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


def new_request(kind: RightsKind = RightsKind.DELETION) -> RightsRequest:
    return RightsRequest(
        id="r1", number="DL-000001", unit="u", kind=kind, channel=RequestChannel.OFFICE, received_at=AT, taken_by="desk"
    )


def check_identity(request: RightsRequest, by: str, *, passed: bool = True) -> RightsRequest:
    return request.checked(IdentityCheck(by=by, at=AT, way="office_paper", passed=passed, note="Đã xem"))


def answer_request(request: RightsRequest, by: str, outcome: AnswerOutcome = AnswerOutcome.GRANTED) -> RightsRequest:
    return request.answered(RightsAnswer(outcome=outcome, by=by, at=AT, rule="Điều 14", reason="Lý do", text="Lời"))


def extend_limit(request: RightsRequest, by: str) -> RightsRequest:
    return request.extended(LimitExtension(reason="Nhiều", by=by, at=AT))


def restrict_data(request: RightsRequest, by: str) -> RightsRequest:
    period = RestrictionPeriod(rule="Điều 14", reason="Lý do", by=by, since=AT)
    return request.handled(by).restricted(period)


STEPS: tuple[Step, ...] = (
    check_identity,
    lambda request, by: check_identity(request, by, passed=False),
    lambda request, by: request.linked(LinkedRecord(ref=f"conversation:{by}", by=by, at=AT)),
    lambda request, by: request.handled(by),
    restrict_data,
    lambda request, by: request.lifted(by, AT + timedelta(days=1), "Xong"),
    extend_limit,
    *(lambda request, by, outcome=outcome: answer_request(request, by, outcome) for outcome in AnswerOutcome),
)


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(OFFICERS)), max_size=14), st.sampled_from(RightsKind))
def test_four_eyes_and_no_unproven_grant(course: list[tuple[Step, str]], kind: RightsKind) -> None:
    """In any sequence of steps, the officers who received a request or checked the identity don't handle it, and
    nothing is granted without a passed check.
    """
    request = new_request(kind)
    for step, by in course:
        before = request
        try:
            request = step(request, by)
        except AnninhError:
            continue
        checkers = {check.by for check in request.checks}
        assert checkers.isdisjoint({"desk", *request.handled_by})
        assert request.state is before.state or request.state in TRANSITIONS[before.state]
        if request.answer is not None and before.answer is None:
            assert request.answer.outcome in OUTCOMES[before.state]
        if before.answer is not None:
            assert (request.answer, request.checks, request.links) == (before.answer, before.checks, before.links)
        assert sum(period.lifted_at is None for period in request.restrictions) <= 1
        assert (request.ended_on is None) == (request.is_open or request.restriction is not None)


@given(st.uuids())
def test_request_number_is_no_receipt(id: object) -> None:
    """The number of a data request is never read as the receipt of a tip."""
    assert extract_receipt(f"Yêu cầu {make_request_number(str(id))} đến đâu rồi") == ""


@pytest.mark.parametrize("outcome", [AnswerOutcome.PARTLY, AnswerOutcome.REFUSED])
def test_refusal_needs_a_rule(outcome: AnswerOutcome) -> None:
    """A full or partial refusal needs a rule and a reason."""
    request = check_identity(new_request(), "checker")
    with pytest.raises(BadInput, match="without a rule"):
        request.answered(RightsAnswer(outcome=outcome, by="data", at=AT, text="Không"))


def test_limit_is_extended_once() -> None:
    """A limit is extended once, and not after the answer."""
    request = extend_limit(new_request(), "data")
    with pytest.raises(WrongStep, match="was extended already: a limit can be extended only once"):
        extend_limit(request, "data")
    with pytest.raises(WrongStep, match="answered"):
        extend_limit(answer_request(new_request(), "data", AnswerOutcome.TAKEN_BACK), "data")


def test_failed_check_revokes_a_passed_one() -> None:
    """A failed identity check revokes an earlier passed check until another check passes."""
    doubted = check_identity(check_identity(new_request(), "checker"), "kin", passed=False)
    assert doubted.state is RequestState.UNPROVEN
    with pytest.raises(WrongStep, match="unproven"):
        doubted.handled("data")
    assert check_identity(doubted, "checker").handled("data").handled_by == ("data",)


def test_only_the_requested_kind_is_handled() -> None:
    """A request for one kind can't be handled as another kind."""
    with pytest.raises(WrongStep, match="asks for deletion"):
        check_identity(new_request(), "checker").handled("data", (RightsKind.ACCESS,))


def test_checker_cannot_lift_a_restriction() -> None:
    """A restriction in force is lifted only by an officer who didn't check the identity, and the data request ends on
    that day.
    """
    restricted = restrict_data(check_identity(new_request(RightsKind.RESTRICTION), "checker"), "data")
    with pytest.raises(Refused):
        restricted.lifted("checker", AT, "Xong")
    ended = answer_request(restricted, "data").lifted("data", AT + timedelta(days=40), "Xong")
    assert (ended.ended_on, ended.restriction) == ((AT + timedelta(days=40)).date(), None)
    with pytest.raises(WrongStep, match="has no restriction in force"):
        ended.lifted("data", AT, "Xong")


def test_open_states_are_all_but_the_last() -> None:
    """A request is open in every state except `ANSWERED`."""
    assert set(OPEN_STATES) == {state.value for state in RequestState} - {"answered"}
    assert not TRANSITIONS[RequestState.ANSWERED]
