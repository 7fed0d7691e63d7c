"""A tip that turns out to be a question: it leaves the tips and their numbers."""

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
    """The tip's half of the act; the workflow has the other one."""

    action_prefix = "tips"

    @step(Permission.TIP_HANDLE)
    def convert_to_inquiry(self, uow: UnitOfWork, tip_id: str, inquiry_id: str, reason: str) -> Tip:
        """Note that a tip turned out to be a question, which was taken in under `inquiry_id` in the same act.

        Its legal limits stop with it: the decision stands in the journal with its reason.

        Raises:
            BadInput: no reason; an emergency; others were joined to it; or somebody is excluded by a conflict of
                interest, of which an inquiry knows nothing.
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
