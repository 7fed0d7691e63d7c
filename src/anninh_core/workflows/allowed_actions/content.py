"""Queries for the steps that an actor can take with an item or a collected piece."""

from anninh_core.domain.content.collected.model import FOUND_PIECE, FOUND_STEPS
from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.loading import load_item
from anninh_core.domain.content.model import Item
from anninh_core.usecase.arguments import ItemId, PieceId
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.preconditions.steps import StepChecks
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.allowed_actions.offers import PossibleSteps, StepOffers
from anninh_core.workflows.base import FindVerb


class PossibleItemSteps(Service):
    """Finds the steps that an actor can take with an item. An author of any part of the item isn't offered its
    review.
    """

    action_prefix = "content"

    def __init__(self, runner: UseCaseRunner, find_verb: FindVerb, checks: StepChecks[Item]) -> None:
        super().__init__(runner)
        self._offers = StepOffers("content", find_verb, ITEM, checks)
        self._found_offers = StepOffers("content.collected", find_verb, FOUND_PIECE, FOUND_STEPS)

    @query(Permission.CONTENT_READ, public=True)
    def can_do(self, session: ReadSession, item_id: ItemId) -> PossibleSteps:
        """Return the operations that you can carry out now on an item. See `tips.can_do`."""
        return self._offers.find(session, load_item(session, item_id))

    @query(Permission.CONTENT_READ, public=True)
    def can_do_about_found(self, session: ReadSession, piece_id: PieceId) -> PossibleSteps:
        """Return the operations that you can carry out now on a collected piece. See `tips.can_do`."""
        return self._found_offers.find(session, session.get_permitted(FOUND_PIECE, piece_id))
