"""The query for the steps that an actor can take with a group."""

from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.groups.loading import load_group
from anninh_core.domain.groups.model import Group
from anninh_core.usecase.arguments import GroupId
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.preconditions.steps import StepChecks
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.allowed_actions.offers import PossibleSteps, StepOffers
from anninh_core.workflows.base import FindVerb


class PossibleGroupSteps(Service):
    """Finds the steps that an actor can take with a group."""

    action_prefix = "groups"

    def __init__(self, runner: UseCaseRunner, find_verb: FindVerb, checks: StepChecks[Group]) -> None:
        super().__init__(runner)
        self._offers = StepOffers("groups", find_verb, GROUP, checks)

    @query(Permission.GROUP_READ, public=True)
    def can_do(self, session: ReadSession, group_id: GroupId) -> PossibleSteps:
        """Return the operations that you can carry out now with a group. See `tips.can_do`."""
        return self._offers.find(session, load_group(session, group_id))
