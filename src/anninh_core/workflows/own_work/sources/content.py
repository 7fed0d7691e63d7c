"""Items that wait for their writer, a reviewer, or whoever publishes them."""

from collections.abc import Iterable
from functools import partial

from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.values import ItemState
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.own_work.items import WorkItem, WorkReason
from anninh_core.workflows.own_work.source import FindWork, WorkSource

P = Permission
R = WorkReason
S = ItemState


def list_content_sources() -> tuple[WorkSource, ...]:
    """Return where items that wait are found."""
    return (
        WorkSource(R.ITEM_RETURNED, "content.list", P.CONTENT_EDIT, _find(R.ITEM_RETURNED, S.REJECTED, own=True)),
        WorkSource(R.ITEM_DRAFT, "content.list", P.CONTENT_EDIT, _find(R.ITEM_DRAFT, S.DRAFT, own=True)),
        WorkSource(R.ITEM_TO_REVIEW, "content.list", P.CONTENT_REVIEW, _find(R.ITEM_TO_REVIEW, S.SUBMITTED, own=False)),
        WorkSource(R.ITEM_REVIEW_OWED, "content.reviews_due", P.CONTENT_REVIEW, _find_owed_reviews),
        WorkSource(R.ITEM_TO_PUBLISH, "content.list", P.CONTENT_PUBLISH, _find(R.ITEM_TO_PUBLISH, S.APPROVED)),
    )


def _find(reason: WorkReason, state: ItemState, *, own: bool | None = None) -> FindWork:
    """Return what finds items in a state; only one's own, only others', or both."""
    return partial(_find_items, reason, state, own)


def _find_items(
    reason: WorkReason, state: ItemState, own: bool | None, session: ReadSession, limit: int
) -> Iterable[WorkItem]:
    found = session.list_permitted(
        ITEM,
        "newest",
        where={"state": state.value},
        shows=lambda item: own is None or (session.actor.id in item.authors) is own,
        limit=limit,
    )
    return (_show_item(reason, item, mine=own is True) for item in found.items)


def _find_owed_reviews(session: ReadSession, limit: int) -> Iterable[WorkItem]:
    """Yield what one person alone approved, for another one than wrote or approved it."""

    def is_for_another(item: Item) -> bool:
        return session.actor.id not in item.authors and (item.approval is None or item.approval.by != session.actor.id)

    where = {"review_open": True}
    found = session.list_permitted(ITEM, "review_due", where=where, shows=is_for_another, limit=limit)
    return (_show_item(R.ITEM_REVIEW_OWED, item) for item in found.items)


def _show_item(reason: WorkReason, item: Item, *, mine: bool = False) -> WorkItem:
    review = item.after_review if reason is R.ITEM_REVIEW_OWED else None
    return WorkItem(
        reason=reason,
        kind=ITEM.name,
        id=item.id,
        title=item.piece.title,
        state=item.state.value,
        unit=item.unit,
        since=item.versions[-1].at,
        due=review.due if review is not None else None,
        mine=mine,
        record=item,
    )
