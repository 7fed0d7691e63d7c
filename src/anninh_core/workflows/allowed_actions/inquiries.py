"""The query for the steps that an actor can take with an inquiry."""

from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.loading import get_permitted_inquiry
from anninh_core.domain.inquiries.steps import INQUIRY_STEPS
from anninh_core.usecase.arguments import InquiryId
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.allowed_actions.offers import PossibleSteps, StepOffers
from anninh_core.workflows.base import FindVerb


class PossibleInquirySteps(Service):
    """Finds the steps that an actor can take with an inquiry."""

    action_prefix = "inquiries"

    def __init__(self, runner: UseCaseRunner, find_verb: FindVerb) -> None:
        super().__init__(runner)
        self._offers = StepOffers("inquiries", find_verb, INQUIRY, INQUIRY_STEPS)

    @query(Permission.INQUIRY_READ, public=True)
    def can_do(self, session: ReadSession, inquiry_id: InquiryId) -> PossibleSteps:
        """Return the operations that you can carry out now on an inquiry. See `tips.can_do`."""
        return self._offers.find(session, get_permitted_inquiry(session, inquiry_id))
