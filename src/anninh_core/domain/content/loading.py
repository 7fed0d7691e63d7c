"""Functions that load items, check the preconditions of their steps, and find the outbox states of their messages."""

from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.rules import check_audience, check_complete, check_grounds
from anninh_core.domain.content.values import ItemState
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.ports.storages.queues import Queues
from anninh_core.usecase.files.clean_copies import require_checked_files
from anninh_core.usecase.preconditions.steps import StepChecks, build_transition_check
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
    """Raise `WrongStep` if an item that is to be published has a correction that was published."""
    states = (S.PUBLISHED.value, S.EXPIRED.value, S.CORRECTED.value)
    corrections = session.find(ITEM, "newest", where={"replaces": item.id, "state": states}, limit=1).items
    if corrections:
        raise WrongStep(
            "Item {item} was corrected by item {correction}: publish the correction instead.",
            item=item.id,
            correction=corrections[0].id,
        )


def require_complete(item: Item, session: ReadSession) -> None:
    """Raise `BadInput` if an item is incomplete or contradictory, as an item of an earlier release may be."""
    district = session.context.district
    check_audience(district, item.unit, item.piece)
    check_complete(district, item.piece, session.today)


def _require_complete_before_publication(item: Item, session: ReadSession) -> None:
    """Check an item that was never published as `require_complete` does, and a published one only for its decision or
    requester.

    A publication that has begun is completed under the rules of its beginning, except that its decision or requester is
    always checked.
    """
    if item.published_day is None:
        require_complete(item, session)
    else:
        check_grounds(session.context.district, item.piece, session.today)


def _get_original(item: Item, session: ReadSession) -> Item | None:
    return session.get_unpurged(ITEM, item.piece.replaces) if item.piece.replaces else None


def _require_original_uncorrected(item: Item, session: ReadSession) -> None:
    """Refuse a second correction of an item: its readers already rely on the first correction."""
    original = _get_original(item, session)
    if original is not None and original.superseded_by not in ("", item.id):
        raise WrongStep(
            "Item {item} was corrected by item {correction}: correct {correction} instead.",
            item=original.id,
            correction=original.superseded_by,
        )


def _require_original_withdrawn(item: Item, session: ReadSession) -> None:
    """Refuse to withdraw a correction while the original would be valid again without it."""
    original = _get_original(item, session)
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
        "edit": (build_transition_check(S.DRAFT),),
        "submit": (build_transition_check(S.SUBMITTED), require_complete, _require_checked_files),
        "answer_gate": (_require_reviewable,),
        "answer_finding": (_require_reviewable, _require_finding),
        "approve": (
            _require_reviewable,
            require_complete,
            _require_checked_files,
            lambda item, session: item.require_complete_review(session.context.district.gates),
        ),
        "reject": (lambda item, session: item.require_not_author(session.actor.id), build_transition_check(S.REJECTED)),
        "approve_urgently": (
            lambda item, _: item.require_urgent(),
            build_transition_check(S.APPROVED),
            require_complete,
            _require_checked_files,
        ),
        "publish": (
            _require_uncorrected,
            _require_original_uncorrected,
            lambda item, session: item.require_publishable(session.today),
            build_transition_check(S.PUBLISHED),
            _require_complete_before_publication,
            _require_checked_files,
        ),
        "review_afterwards": (lambda item, session: item.require_review_outstanding(session.actor.id),),
        "correct": (_require_published,),
        "withdraw": (build_transition_check(S.WITHDRAWN), _require_original_withdrawn),
    }
)
"""The steps that can be done with an item, each with its preconditions, in the order in which the board offers them."""


def load_item(session: ReadSession, item_id: str) -> Item:
    """Return an item if the actor has the use case's permission in the item's unit; raise as
    `ReadSession.get_permitted` does.
    """
    return session.get_permitted(ITEM, item_id, "content.list")


def load_item_for_step(session: ReadSession, step: str, item_id: str) -> Item:
    """Return an item if the actor can do a step of `ITEM_STEPS` with it.

    Raises:
        Refused, WrongStep, BadInput: a precondition of the step isn't met; and as `load_item`.
    """
    item = load_item(session, item_id)
    ITEM_STEPS.require(step, item, session)
    return item


def find_outbox_states(queues: Queues, item: Item) -> dict[str, str]:
    """Return the state of each outbox row with a message that was sent because of an item, by the id of the row."""
    states: dict[str, str] = {}
    after = ""
    while True:
        rows = queues.outbox(cause=f"item:{item.id}", after=after, limit=_PAGE_SIZE)
        states |= {row.id: row.state for row in rows}
        if len(rows) < _PAGE_SIZE:
            return states
        after = rows[-1].id
