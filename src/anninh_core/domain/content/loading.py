"""What several parts of the module read: an item, what can be done with it, how its messages to groups stand."""

from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.rules import check_audience, check_complete, check_grounds
from anninh_core.domain.content.values import ItemState
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.ports.storages.queues import Queues
from anninh_core.usecase.files.clean_copies import require_checked_files
from anninh_core.usecase.preconditions.steps import StepChecks, can_become
from anninh_core.usecase.read_session import ReadSession

_PAGE_SIZE = 500
S = ItemState


def _require_published(item: Item, _: ReadSession) -> None:
    if item.published_day is None:
        raise WrongStep(
            "Item {item} is {state} and was never published: edit it instead of correcting it.",
            item=item.id,
            state=item.state,
        )
    if item.superseded_by:
        raise WrongStep(
            "Item {item} was corrected by item {correction}: correct {correction} instead.",
            item=item.id,
            correction=item.superseded_by,
        )


def _require_finding(item: Item, _: ReadSession) -> None:
    if not item.remarks:
        raise BadInput("Item {item} has no findings: there is nothing to answer.", item=item.id)


def _require_uncorrected(item: Item, session: ReadSession) -> None:
    """Refuse to publish an item that has a correction."""
    states = (S.PUBLISHED.value, S.EXPIRED.value, S.CORRECTED.value)
    corrections = session.find(ITEM, "newest", where={"replaces": item.id, "state": states}, limit=1).items
    if corrections:
        raise WrongStep(
            "Item {item} was corrected by item {correction}: publish the correction instead.",
            item=item.id,
            correction=corrections[0].id,
        )


def require_complete(item: Item, session: ReadSession) -> None:
    """Refuse what is incomplete or contradictory; items written by earlier releases may be either."""
    district = session.context.district
    check_audience(district, item.unit, item.piece)
    check_complete(district, item.piece, session.today)


def _require_complete_before_publication(item: Item, session: ReadSession) -> None:
    """Refuse as `require_complete` does; what is out already is finished as it was begun, though with its grounds."""
    if item.published_day is None:
        require_complete(item, session)
    else:
        check_grounds(session.context.district, item.piece, session.today)


def _original_of(item: Item, session: ReadSession) -> Item | None:
    return session.get_unpurged(ITEM, item.piece.replaces) if item.piece.replaces else None


def _require_original_uncorrected(item: Item, session: ReadSession) -> None:
    """Refuse a second correction of one item: it would follow no text that readers still take as right."""
    original = _original_of(item, session)
    if original is not None and original.superseded_by not in ("", item.id):
        raise WrongStep(
            "Item {item} was corrected by item {correction}: correct {correction} instead.",
            item=original.id,
            correction=original.superseded_by,
        )


def _require_original_withdrawn(item: Item, session: ReadSession) -> None:
    """Refuse to withdraw a correction while what it corrects would hold again without it."""
    original = _original_of(item, session)
    if original is not None and original.state is not S.WITHDRAWN and original.superseded_by in ("", item.id):
        raise WrongStep(
            "Item {item} corrects item {original}, and without it the wrong text of {original} would apply "
            "again: withdraw {original} first, or write another correction of {item}.",
            item=item.id,
            original=original.id,
        )


def _require_checked_files(item: Item, _: ReadSession) -> None:
    require_checked_files(item.piece.attachments)


def _require_reviewable(item: Item, session: ReadSession) -> None:
    item.require_reviewable(session.actor.id)


ITEM_STEPS: StepChecks[Item] = StepChecks(
    {
        "edit": (can_become(S.DRAFT),),
        "submit": (can_become(S.SUBMITTED), require_complete, _require_checked_files),
        "answer_gate": (_require_reviewable,),
        "answer_finding": (_require_reviewable, _require_finding),
        "approve": (
            _require_reviewable,
            require_complete,
            _require_checked_files,
            lambda item, at: item.require_complete_review(at.context.district.gates),
        ),
        "reject": (lambda item, at: item.require_another(at.actor.id), can_become(S.REJECTED)),
        "approve_urgently": (
            lambda item, _: item.require_urgent(),
            can_become(S.APPROVED),
            require_complete,
            _require_checked_files,
        ),
        "publish": (
            _require_uncorrected,
            _require_original_uncorrected,
            lambda item, at: item.require_publishable(at.today),
            can_become(S.PUBLISHED),
            _require_complete_before_publication,
            _require_checked_files,
        ),
        "review_afterwards": (lambda item, at: item.require_review_outstanding(at.actor.id),),
        "correct": (_require_published,),
        "withdraw": (can_become(S.WITHDRAWN), _require_original_withdrawn),
    }
)
"""All that is done with an item, in the order in which it is offered."""


def load_item(session: ReadSession, item_id: str) -> Item:
    """Return an item on whose unit the marked permission holds; raises as `ReadSession.held` does."""
    return session.get_permitted(ITEM, item_id, "content.list")


def load_item_for(session: ReadSession, step: str, item_id: str) -> Item:
    """Return an item with which the actor can do a step of `ITEM_STEPS`.

    Raises:
        Refused, WrongStep, BadInput: what the step takes for granted doesn't hold; and as `load_item`.
    """
    item = load_item(session, item_id)
    ITEM_STEPS.require(step, item, session)
    return item


def outbox_states(queues: Queues, item: Item) -> dict[str, str]:
    """Return outbox row -> its state, for everything sent because of an item."""
    states: dict[str, str] = {}
    after = ""
    while True:
        rows = queues.outbox(cause=f"item:{item.id}", after=after, limit=_PAGE_SIZE)
        states |= {row.id: row.state for row in rows}
        if len(rows) < _PAGE_SIZE:
            return states
        after = rows[-1].id
