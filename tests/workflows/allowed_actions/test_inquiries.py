"""Every step that is offered on an inquiry succeeds, and every other step is refused, whatever happened before."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workflows.allowed_actions.lives import list_commands, list_offers, try_step

from anninh_core.operations import OperationGateway
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system
from anninh_core.vocabulary.messages import Address, InboundMessage, Place

pytestmark = pytest.mark.slow

ROUTER = system("router")
RESIDENT = Address("oa", Place.PERSON, "p1")
ARGUMENTS: Mapping[str, Mapping[str, object]] = {
    "inquiries.answer": {"text": "Tại Công an huyện."},
    "inquiries.record_manual_answer": {"proof": "tại quầy"},
    "inquiries.add_note": {"words": "Đã gọi lại"},
    "inquiries.close": {},
    "inquiries.convert_to_tip": {},
}
ROLES = {
    "officer": ("tip_officer", "ninh-hoa"),
    "elsewhere": ("tip_officer", "ninh-van"),
    "above": ("tip_supervisor", "hoa-lu"),
    "reader": ("editor", "hoa-lu"),
    "nobody": ("auditor", "hoa-lu"),
}
ACTS = st.tuples(st.sampled_from(sorted(ROLES)), st.sampled_from(sorted(ARGUMENTS)))


@pytest.mark.parametrize("has_chat", [True, False])
@given(acts=st.lists(ACTS, max_size=10))
def test_offers_agree_with_refusals(has_chat: bool, acts: list[tuple[str, str]]) -> None:
    """Whatever was done to an inquiry, an officer is offered exactly the steps that succeed."""
    clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
    with memory_app(clock=clock) as app:
        gateway = OperationGateway(app)
        users = UnsafeLocalUsers(app)
        actors = {name: users.appoint(name, unit, role) for name, (role, unit) in ROLES.items()}
        inbound = InboundMessage(id="m1", conversation=RESIDENT, sender=RESIDENT, text="Ở đâu?", sent_at=clock.now())
        message = run_step(app.internals.services.conversations.record_message, ROUTER, inbound, kind="question")
        conversation = message.conversation if has_chat else ""
        receive = app.internals.services.inquiries.intake.receive
        id = run_step(receive, ROUTER, "Ở đâu?", unit="ninh-hoa", conversation=conversation).id
        for name, operation in acts:
            is_offered = operation in list_offers(gateway, actors[name], "inquiries", "inquiry_id", id)
            refusal = try_step(gateway, actors[name], operation, {"inquiry_id": id, **ARGUMENTS[operation]})
            assert is_offered == (not refusal), (name, operation, refusal)


def test_each_inquiry_command_is_a_step() -> None:
    """Every command that changes an inquiry is in this file's table of steps."""
    with memory_app() as app:
        assert list_commands(OperationGateway(app), "inquiry_id") == ARGUMENTS.keys()
