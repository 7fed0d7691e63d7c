"""Queries for the steps that an actor can take with a duty or a difficulty."""

from anninh_core.domain.programme.difficulty import DIFFICULTY, DIFFICULTY_STEPS
from anninh_core.domain.programme.duty import DUTY, DUTY_STEPS
from anninh_core.usecase.arguments import DifficultyId, DutyId
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.allowed_actions.offers import PossibleSteps, StepOffers
from anninh_core.workflows.base import FindVerb


class PossibleProgrammeSteps(Service):
    """Finds the steps that an actor can take with a duty or a difficulty."""

    action_prefix = "programme"

    def __init__(self, runner: UseCaseRunner, find_verb: FindVerb) -> None:
        super().__init__(runner)
        self._duties = StepOffers("programme", find_verb, DUTY, DUTY_STEPS, implied=("unit",))
        self._difficulties = StepOffers("programme", find_verb, DIFFICULTY, DIFFICULTY_STEPS)

    @query(Permission.PLAN_READ, public=True)
    def can_do_about_duty(self, session: ReadSession, duty_id: DutyId) -> PossibleSteps:
        """Return the operations that you can carry out now about a duty; as `tips.can_do`.

        `programme.reach_milestone` takes the duty's `source` and `unit` in place of its id.
        """
        return self._duties.find(session, session.get_permitted(DUTY, duty_id))

    @query(Permission.PLAN_READ, public=True)
    def can_do_about_difficulty(self, session: ReadSession, difficulty_id: DifficultyId) -> PossibleSteps:
        """Return the operations that you can carry out now about a difficulty. See `tips.can_do`."""
        return self._difficulties.find(session, session.get_permitted(DIFFICULTY, difficulty_id))
