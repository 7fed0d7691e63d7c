"""Sources of posts that wait for a moderator, or after a ruling for another person than the one who ruled."""

from typing import Any

from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.states import PostState
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.work_queue.items import WorkItem, WorkReason
from anninh_core.workflows.work_queue.work_source import PermittedRecords, WorkSource

P = Permission
R = WorkReason


def list_moderation_sources() -> tuple[WorkSource[Any], ...]:
    """Return the sources of waiting posts."""
    flagged = PermittedRecords(POST, "oldest", {"state": PostState.RAISED.value})
    tasks = PermittedRecords(POST, "oldest", {"needs_hand": True})
    appeals = PermittedRecords(POST, "oldest", {"state": PostState.APPEALED.value}, _may_rule_on_post)
    return (
        WorkSource(R.POST_FLAGGED, "moderation.list", P.POST_MODERATE, flagged, _show_post),
        WorkSource(R.POST_TASK, "moderation.tasks", P.POST_MODERATE, tasks, _show_post),
        WorkSource(R.POST_APPEAL, "moderation.list", P.POST_APPEAL, appeals, _show_post),
    )


def _may_rule_on_post(session: ReadSession, post: Post) -> bool:
    return post.ruling is None or post.ruling.by.id != session.actor.id


def _show_post(_: ReadSession, reason: WorkReason, post: Post) -> WorkItem:
    appeal = post.appeal if reason is R.POST_APPEAL else None
    ruling = post.ruling if reason is R.POST_TASK else None
    since = appeal.at if appeal is not None else ruling.at if ruling is not None else post.raised_at
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
