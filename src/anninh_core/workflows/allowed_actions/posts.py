"""The query for the steps that an actor can take with a post under moderation."""

from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.loading import get_permitted_post
from anninh_core.domain.moderation.steps import POST_STEPS
from anninh_core.usecase.arguments import PostId
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.allowed_actions.offers import PossibleSteps, StepOffers
from anninh_core.workflows.base import FindVerb


class PossiblePostSteps(Service):
    """Finds the steps that an actor can take with a post. The actor who ruled on it isn't offered the decision about
    the appeal.
    """

    action_prefix = "moderation"

    def __init__(self, runner: UseCaseRunner, find_verb: FindVerb) -> None:
        super().__init__(runner)
        self._offers = StepOffers("moderation", find_verb, POST, POST_STEPS)

    @query(Permission.POST_READ, public=True)
    def can_do(self, session: ReadSession, post_id: PostId) -> PossibleSteps:
        """Return the operations that you can carry out now about a post. See `tips.can_do`."""
        return self._offers.find(session, get_permitted_post(session, post_id))
