"""The query for the steps that an actor can take with a request about personal data."""

from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.rights.loading import RIGHTS_STEPS, RightsLookups
from anninh_core.usecase.arguments import RequestId
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.allowed_actions.offers import PossibleSteps, StepOffers
from anninh_core.workflows.base import FindVerb


class PossibleRightsSteps(Service):
    """Finds the steps that an actor can take with a request about personal data. The officer who checked the
    requester's identity is offered none.
    """

    action_prefix = "rights"

    def __init__(self, runner: UseCaseRunner, find_verb: FindVerb, lookups: RightsLookups) -> None:
        super().__init__(runner)
        self._lookups = lookups
        self._offers = StepOffers("rights", find_verb, RIGHTS_REQUEST, RIGHTS_STEPS)

    @query(Permission.RIGHTS_HANDLE, public=True)
    def can_do(self, session: ReadSession, request_id: RequestId) -> PossibleSteps:
        """Return the operations that you can carry out now with a request. See `tips.can_do`."""
        return self._offers.find(session, self._lookups.load(session, request_id))
