"""Posts that wait for a moderator, or for another person than ruled."""

from collections.abc import Iterable

from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.states import PostState
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.own_work.items import WorkItem, WorkReason
from anninh_core.workflows.own_work.source import WorkSource

P = Permission
R = WorkReason


def list_moderation_sources() -> tuple[WorkSource, ...]:
    """Return where posts that wait are found."""
    return (
        WorkSource(R.POST_FLAGGED, "moderation.list", P.POST_MODERATE, _find_flagged),
        WorkSource(R.POST_TASK, "moderation.tasks", P.POST_MODERATE, _find_tasks),
        WorkSource(R.POST_APPEAL, "moderation.list", P.POST_APPEAL, _find_appeals),
    )


def _find_flagged(session: ReadSession, limit: int) -> Iterable[WorkItem]:
    found = session.list_permitted(POST, "oldest", where={"state": PostState.RAISED.value}, limit=limit)
    return (_show_post(R.POST_FLAGGED, post) for post in found.items)


def _find_tasks(session: ReadSession, limit: int) -> Iterable[WorkItem]:
    found = session.list_permitted(POST, "oldest", where={"needs_hand": True}, limit=limit)
    return (_show_post(R.POST_TASK, post) for post in found.items)


def _find_appeals(session: ReadSession, limit: int) -> Iterable[WorkItem]:
    found = session.list_permitted(
        POST,
        "oldest",
        where={"state": PostState.APPEALED.value},
        shows=lambda post: post.ruling is None or post.ruling.by.id != session.actor.id,
        limit=limit,
    )
    return (_show_post(R.POST_APPEAL, post) for post in found.items)


def _show_post(reason: WorkReason, post: Post) -> WorkItem:
    appeal = post.appeal if reason is R.POST_APPEAL else None
    ruled = post.ruling if reason is R.POST_TASK else None
    since = appeal.at if appeal is not None else ruled.at if ruled is not None else post.raised_at
    return WorkItem(
        reason=reason,
        kind=POST.name,
        id=post.id,
        title=post.excerpt,
        state=post.state.value,
        unit=post.unit,
        since=since,
        record=post,
    )
