"""How questions come in, and how answers are known to have arrived."""

from datetime import datetime

from anninh_core.kernel.dates import local_date, require_past
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import clip, nfc
from anninh_core.rooms.inquiries.kind import INQUIRY
from anninh_core.rooms.inquiries.loading import get_permitted_inquiry
from anninh_core.rooms.inquiries.model import Inquiry, InquiryState
from anninh_core.rooms.inquiries.replies import notify_resident
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import Service, command, step
from anninh_core.work.unit_of_work import UnitOfWork

_MAX_QUESTION = 4000


class InquiryIntake(Service):
    """Intake of questions, and delivery confirmations of answers."""

    room = "inquiries"

    @step(Permission.INTAKE)
    def receive(
        self,
        draft: UnitOfWork,
        text: str,
        *,
        unit: str,
        conversation: str = "",
        from_tip: str = "",
        request_receipt: bool = True,
        received_at: datetime | None = None,
    ) -> Inquiry:
        """Take a question in and tell the resident so.

        Args:
            text: the resident's words.
            unit: where it belongs as far as known; the root otherwise.
            conversation: the resident's conversation id; "" for somebody who called or came.
            from_tip: the tip it was before.
            request_receipt: whether the resident is told.
            received_at: when the question reached us, if it waited since then.
        """
        draft.permit(unit)
        received_at = received_at or draft.at
        inquiry = Inquiry(
            id=self.context.ids.new(),
            unit=unit,
            question=clip(nfc(text), _MAX_QUESTION),
            conversation=conversation,
            received_at=received_at,
            received_day=local_date(received_at),
            from_tip=from_tip,
        )
        if request_receipt:
            notify_resident(draft, inquiry, "inquiry.received")
        draft.event("inquiry.received")
        return draft.save(INQUIRY, inquiry)

    @command(Permission.INTAKE)
    def record_walk_in(
        self, draft: UnitOfWork, text: str, *, unit: str, received_at: datetime | None = None
    ) -> Inquiry:
        """Take in what somebody asked an officer, who came or called and has no chat.

        Args:
            text: the question, in the officer's words.
            unit: where it belongs.
            received_at: when they asked, aware; now where it is left out.

        Raises:
            BadInput: no words, or a moment in the future.
        """
        draft.permit(unit)
        if not text.strip():
            raise BadInput("a question entered by an officer needs words: what did the person ask?")
        received_at = received_at and require_past(received_at, draft.at)
        return self.receive(draft, text, unit=unit, received_at=received_at)

    @step(Permission.INTAKE)
    def add(self, draft: UnitOfWork, inquiry_id: str) -> Inquiry:
        """Note that the resident wrote more: the inquiry waits for an answer again."""
        inquiry = get_permitted_inquiry(draft, inquiry_id)
        draft.event("inquiry.continued")
        return draft.save(INQUIRY, inquiry.asked_again())

    @step(Permission.INTAKE)
    def confirm_answer(self, draft: UnitOfWork, inquiry_id: str, proof: str) -> Inquiry:
        """Note that an answer reached the resident."""
        inquiry = get_permitted_inquiry(draft, inquiry_id)
        if inquiry.state is not InquiryState.REPLIED:
            draft.event("inquiry.answer_late")  # asked again or made a tip meanwhile: nothing to change
            return inquiry
        draft.event("inquiry.answered")
        return draft.save(INQUIRY, inquiry.answered(proof, draft.today))
