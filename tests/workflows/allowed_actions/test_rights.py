"""Every step that is offered on a request about personal data succeeds, and every other step is refused."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workflows.allowed_actions.lives import list_commands, list_offers, try_step

from anninh_core.domain.rights import AnswerOutcome
from anninh_core.operations import OperationGateway
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.vocabulary.rights import RightsKind

pytestmark = pytest.mark.slow

GROUND = {"rule": "Điều 14", "reason": "Đang xác minh"}
ARGUMENTS: Mapping[str, Mapping[str, object]] = {
    "find": {"purpose": "Lập bản sao"},
    "export": {"format": "json", "way": "office"},
    "leave_out": {"category": "tips", **GROUND},
    "take_in": {"category": "tips"},
    "restrict": GROUND,
    "lift_restriction": {"reason": "Đã xong"},
    "extend_request": {"reason": "Nhiều dữ liệu"},
    "answer": {"outcome": AnswerOutcome.REFUSED, "text": "Chưa rõ là ai.", **GROUND},
}
CORRECTIONS = ("correct_name", "correct_words")
"""Steps that aren't tested here, because they need stored data of the person; `tests/workflows/rights` tests them."""
CHECKS = ("record_check", "link_account", "link_receipt")
"""Steps of the officer who checks the person's identity, which are offered in a separate list."""
BY_ITSELF = ("passed", "failed", "a month passes")
ACTS = st.tuples(st.sampled_from(["data", "both", "checker"]), st.sampled_from([*ARGUMENTS, *BY_ITSELF]))


@pytest.mark.slow
@given(st.sampled_from(RightsKind), st.lists(ACTS, max_size=10))
def test_offers_agree_with_refusals(kind: RightsKind, acts: list[tuple[str, str]]) -> None:
    """Whatever was done with a request, including identity checks, an officer is offered exactly the steps that
    succeed.
    """
    clock = FixedClock(datetime(2026, 3, 2, 1, tzinfo=UTC))
    with memory_app(clock=clock) as app:
        users = UnsafeLocalUsers(app)
        gateway = OperationGateway(app)
        actors = {
            "data": users.appoint("Lan", "hoa-lu", "data_officer"),
            "both": users.appoint("Bình", "hoa-lu", "data_officer", "identity_custodian"),
            "checker": users.appoint("An", "hoa-lu", "identity_custodian"),
        }
        receiver = users.appoint("Dung", "hoa-lu", "tip_officer")
        id = app.rights.record_request(receiver, kind, unit="hoa-lu", applicant="Bà Mẫu").id
        for number, (name, act) in enumerate(acts):
            if act == "a month passes":
                clock.advance(timedelta(days=31))
            elif act in BY_ITSELF:
                note = f"Lúc {clock.now().isoformat()}"
                try_step(
                    gateway,
                    actors[name],
                    "rights.record_check",
                    {"request_id": id, "way": "office_paper", "passed": act == "passed", "note": note},
                )
            else:
                is_offered = f"rights.{act}" in list_offers(gateway, actors[name], "rights", "request_id", id)
                refusal = try_step(
                    gateway, actors[name], f"rights.{act}", {"request_id": id, **build_arguments(act, number)}
                )
                assert act == "take_in" or is_offered == (not refusal), (name, act, refusal)


def build_arguments(act: str, number: int) -> Mapping[str, object]:
    """Return the arguments of an act; the text of an answer differs each time, because repeating the same answer counts
    as a double click.
    """
    return {**ARGUMENTS[act], **({"text": f"Lời {number}"} if act == "answer" else {})}


def test_each_request_command_is_a_step() -> None:
    """Every command that changes a request about personal data is in this file's table of steps, except those of the
    identity check.
    """
    with memory_app() as app:
        commands = {name.partition(".")[2] for name in list_commands(OperationGateway(app), "request_id")}
        assert commands == {*ARGUMENTS, *CORRECTIONS, *CHECKS}
