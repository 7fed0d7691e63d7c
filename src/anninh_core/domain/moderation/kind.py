"""Definitions of how posts under moderation are stored and counted."""

from collections.abc import Iterable

from anninh_core.domain.index_specs import POST_SPEC
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.states import ModerationAction
from anninh_core.kernel.dates import local_date
from anninh_core.usecase.kinds import Fact, Kind, PersonColumn, format_dims, format_hour


def post_facts(post: Post) -> Iterable[Fact]:
    """Yield the facts that the reports count about a post; a ruling without action isn't counted."""
    if post.ruling is not None and post.ruling.action is not ModerationAction.NONE:
        action_dims = format_dims(action=post.ruling.action, rule=post.ruling.rule)
        yield Fact("moderated", post.unit, local_date(post.ruling.at), action_dims)
    if post.appeal is not None:
        yield Fact("appeals", post.unit, local_date(post.appeal.at), format_dims(state=post.state))


POST = Kind(
    spec=POST_SPEC,
    model=Post,
    columns=lambda post: {
        "state": post.state.value,
        "group": post.group,
        "author": post.author,
        "needs_hand": post.needs_manual_action,
        "raised": format_hour(post.raised_at),
    },
    person_columns={"author": PersonColumn.for_own_record("post")},
    scope=lambda post: f"post:{post.id}",
    facts=post_facts,
    resident=lambda post: post.author,
    numbered=True,
)
