"""Conversion of a tip to an inquiry, so that it leaves the list and statistics of tips."""

from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.steps import TIP_STEPS
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.marks import Service, step
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class TipConversion(Service):
    """The step of the conversion that changes the tip; the workflow creates the inquiry."""

    action_prefix = "tips"

    @step(Permission.TIP_HANDLE)
    def convert_to_inquiry(self, uow: UnitOfWork, tip_id: str, inquiry_id: str, reason: str) -> Tip:
        """Record that a tip turned out to be a question, and was taken in as inquiry `inquiry_id` in the same unit of
        work.

        Its legal limits stop; the journal keeps the decision with its reason.

        Raises:
            BadInput: no reason; an emergency; others were joined to it; or an officer or unit is excluded from it by a
                conflict of interest, and inquiries have no exclusions.
            WrongStep: it is settled already.
        """
        tip = get_permitted_tip(uow, tip_id)
        if not reason.strip():
            raise BadInput(
                "Converting tip {receipt} to a question needs a reason, since it leaves the statistics and "
                "its limits stop: write why it is a question.",
                receipt=tip.receipt,
            )
        TIP_STEPS.require("convert_to_inquiry", tip, uow)
        uow.decide(f"tip:{tip.id}", rule="reclassified", reason="question", text=nfc(reason))
        uow.facts["inquiry"] = inquiry_id
        uow.add_event("tip.became_inquiry")
        return uow.save(TIP, tip.became(inquiry_id))
