"""Items that wait for their writer, a reviewer or a publisher."""

from collections.abc import Callable
from functools import partial
from typing import Any

from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.values import ItemState
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.work_queue.items import WorkItem, WorkReason
from anninh_core.workflows.work_queue.work_source import PermittedRecords, WorkSource

P = Permission
R = WorkReason
S = ItemState


def list_content_sources() -> tuple[WorkSource[Any], ...]:
    """Return the sources of waiting content items."""
    owed_reviews = PermittedRecords(ITEM, "review_due", {"review_open": True}, _may_review_afterwards)
    show_own = partial(_show_item, mine=True)
    return (
        WorkSource(
            R.ITEM_RETURNED, "content.list", P.CONTENT_EDIT, _list_items_in_state(S.REJECTED, _is_author), show_own
        ),
        WorkSource(R.ITEM_DRAFT, "content.list", P.CONTENT_EDIT, _list_items_in_state(S.DRAFT, _is_author), show_own),
        WorkSource(
            R.ITEM_TO_REVIEW,
            "content.list",
            P.CONTENT_REVIEW,
            _list_items_in_state(S.SUBMITTED, _is_no_author),
            _show_item,
        ),
        WorkSource(R.ITEM_REVIEW_OWED, "content.reviews_due", P.CONTENT_REVIEW, owed_reviews, _show_item),
        WorkSource(R.ITEM_TO_PUBLISH, "content.list", P.CONTENT_PUBLISH, _list_items_in_state(S.APPROVED), _show_item),
    )


def _list_items_in_state(
    state: ItemState, waits: Callable[[ReadSession, Item], bool] | None = None
) -> PermittedRecords[Item]:
    return PermittedRecords(ITEM, "newest", {"state": state.value}, waits)


def _is_author(session: ReadSession, item: Item) -> bool:
    return session.actor.id in item.authors


def _is_no_author(session: ReadSession, item: Item) -> bool:
    return session.actor.id not in item.authors


def _may_review_afterwards(session: ReadSession, item: Item) -> bool:
    """Return whether the actor neither wrote nor approved an item that one person alone approved."""
    return session.actor.id not in item.authors and (item.approval is None or item.approval.by != session.actor.id)


def _show_item(_: ReadSession, reason: WorkReason, item: Item, *, mine: bool = False) -> WorkItem:
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
