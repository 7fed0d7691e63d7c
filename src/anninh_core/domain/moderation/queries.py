"""Read-only use cases for single posts, lists of posts, and tasks to be done by hand."""

from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.loading import get_permitted_post
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.states import PostState
from anninh_core.usecase.arguments import Cursor, GroupId, Limit, PostId, WithinUnit
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.vocabulary.permissions import Permission


class ModerationQueries(Service):
    """Read-only use cases of moderation."""

    action_prefix = "moderation"

    @query(Permission.POST_READ, traced=True, aggregate_repeats=True, public=True)
    def get(self, session: ReadSession, post_id: PostId) -> Post:
        """Return a post under moderation."""
        return get_permitted_post(session, post_id)

    @query(Permission.POST_READ, traced=True, aggregate_repeats=True, public=True)
    def list(
        self,
        session: ReadSession,
        *,
        unit: WithinUnit = "",
        state: PostState | str | None = None,
        group: GroupId = "",
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[Post]:
        """Return a page of posts, newest first.

        Args:
            state: only posts in this state.
        """
        conditions = {name: value for name, value in (("state", state), ("group", group)) if value}
        return session.list_permitted(POST, "newest", unit, where=conditions, after=after, limit=limit)

    @query(Permission.POST_READ, traced=True, aggregate_repeats=True, public=True)
    def tasks(
        self, session: ReadSession, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 50
    ) -> Listing[Post]:
        """Return a page of posts with an open task that a person must do in the group, oldest first."""
        return session.list_permitted(POST, "oldest", unit, where={"needs_hand": True}, after=after, limit=limit)
