"""The query for the steps that an actor can take with a tip."""

from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.usecase.arguments import TipId
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.allowed_actions.offers import PossibleSteps, StepOffers
from anninh_core.workflows.base import FindVerb
from anninh_core.workflows.case_threads import THREAD_STEPS


class PossibleTipSteps(Service):
    """Finds the steps that an actor can take with a tip."""

    action_prefix = "tips"

    def __init__(self, runner: UseCaseRunner, find_verb: FindVerb) -> None:
        super().__init__(runner)
        self._offers = StepOffers("tips", find_verb, TIP, THREAD_STEPS)

    @query(Permission.TIP_READ, public=True)
    def can_do(self, session: ReadSession, tip_id: TipId) -> PossibleSteps:
        """Return the operations that you can carry out now on a tip: its state, your grants and sign-in allow them.

        Invalid inputs are still refused, and so is a step that requires a second factor until you have shown it.
        """
        return self._offers.find(session, get_permitted_tip(session, tip_id))
