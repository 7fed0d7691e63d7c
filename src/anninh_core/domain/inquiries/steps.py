"""The preconditions of the steps on an inquiry, by the names of their use cases."""

from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.preconditions.steps import StepChecks, can_become, permit_on
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission

S = InquiryState


def _require_chat(inquiry: Inquiry, _: ReadSession) -> None:
    if not inquiry.conversation:
        raise BadInput(
            "Inquiry {inquiry} has no chat: inform the resident another way, and record that with "
            "{act:inquiries.answered_by_hand}.",
            inquiry=inquiry.id,
        )


_INTAKE_THERE = permit_on(Permission.INTAKE, lambda inquiry: inquiry.unit)
INQUIRY_STEPS: StepChecks[Inquiry] = StepChecks(
    {
        "answer": (_require_chat, can_become(S.REPLIED)),
        "answered_by_hand": (can_become(S.ANSWERED),),
        "add_note": (),
        "close": (can_become(S.CLOSED),),
        "convert_to_tip": (_INTAKE_THERE, can_become(S.BECAME_TIP)),
    }
)
"""Every step on an inquiry with its preconditions, in the order in which the board offers them."""
