"""Use cases that take in questions and confirm that answers arrived."""

from datetime import datetime

from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.loading import get_permitted_inquiry
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.inquiries.replies import notify_resident
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.kernel.dates import local_date, require_past_moment
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import clip, nfc
from anninh_core.usecase.arguments import Aware, OwnUnitId, Words
from anninh_core.usecase.marks import Service, command, step
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_MAX_QUESTION = 4000


class InquiryIntake(Service):
    """Use cases for the intake of questions, and for delivery confirmations of answers."""

    action_prefix = "inquiries"

    @step(Permission.INTAKE)
    def receive(
        self,
        uow: UnitOfWork,
        text: str,
        *,
        unit: str,
        conversation: str = "",
        from_tip: str = "",
        request_receipt: bool = True,
        received_at: datetime | None = None,
    ) -> Inquiry:
        """Store a question and send the resident a receipt.

        Args:
            text: the resident's text.
            unit: unit of the question, as far as known; the root otherwise.
            conversation: the resident's conversation id; "" for a caller or visitor.
            from_tip: id of the tip that it was before.
            request_receipt: whether the resident gets a receipt.
            received_at: when the question arrived, if it had to wait since then.
        """
        uow.permit(unit)
        received_at = received_at or uow.at
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
            notify_resident(uow, inquiry, "inquiry.received")
        uow.add_event("inquiry.received")
        return uow.save(INQUIRY, inquiry)

    @command(Permission.INTAKE, public=True, daily=True)
    def record_walk_in(
        self, uow: UnitOfWork, text: Words, *, unit: OwnUnitId, received_at: Aware | None = None
    ) -> Inquiry:
        """Record the question of a visitor or caller, who has no chat.

        Args:
            text: the question, in the officer's words.
            unit: unit that it belongs to.
            received_at: time of the question; now by default.

        Raises:
            BadInput: no text, or a time in the future.
        """
        uow.permit(unit)
        if not text.strip():
            raise BadInput("A question entered by an officer needs text: write what the person asked.")
        received_at = received_at and require_past_moment(received_at, uow.at)
        return self.receive(uow, text, unit=unit, received_at=received_at)

    @step(Permission.INTAKE)
    def add(self, uow: UnitOfWork, inquiry_id: str) -> Inquiry:
        """Record that the resident wrote more: the inquiry waits for an answer again."""
        inquiry = get_permitted_inquiry(uow, inquiry_id)
        uow.add_event("inquiry.continued")
        return uow.save(INQUIRY, inquiry.asked_again())

    @step(Permission.INTAKE)
    def confirm_answer(self, uow: UnitOfWork, inquiry_id: str, proof: str) -> Inquiry:
        """Record that an answer reached the resident."""
        inquiry = get_permitted_inquiry(uow, inquiry_id)
        if inquiry.state is not InquiryState.REPLIED:
            # The resident asked again, or the inquiry became a tip meanwhile: there is nothing to change.
            uow.add_event("inquiry.answer_late")
            return inquiry
        uow.add_event("inquiry.answered")
        return uow.save(INQUIRY, inquiry.answered(proof, uow.today))
