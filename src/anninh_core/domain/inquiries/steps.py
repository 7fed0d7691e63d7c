"""The preconditions of the steps on an inquiry, by the names of their use cases."""

from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.preconditions.steps import StepChecks, build_permission_check, build_transition_check
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission

S = InquiryState


def _require_chat(inquiry: Inquiry, _: ReadSession) -> None:
    if not inquiry.conversation:
        raise BadInput(
            "Inquiry {inquiry} has no chat: inform the resident another way, and record that with "
            "{act:inquiries.record_manual_answer}.",
            inquiry=inquiry.id,
        )


_INTAKE_THERE = build_permission_check(Permission.INTAKE, lambda inquiry: inquiry.unit)
INQUIRY_STEPS: StepChecks[Inquiry] = StepChecks(
    {
        "answer": (_require_chat, build_transition_check(S.REPLIED)),
        "record_manual_answer": (build_transition_check(S.ANSWERED),),
        "add_note": (),
        "close": (build_transition_check(S.CLOSED),),
        "convert_to_tip": (_INTAKE_THERE, build_transition_check(S.BECAME_TIP)),
    }
)
"""The steps that can be done with an inquiry, each with its preconditions, in the order in which the board offers
them.
"""
