"""What moderators read: one post, a list, and what a person still has to do by hand."""

from anninh_core.rooms.moderation.kind import POST
from anninh_core.rooms.moderation.loading import get_permitted_post
from anninh_core.rooms.moderation.model import Post
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import Service, query
from anninh_core.work.read_session import Listing, ReadSession


class ModerationQueries(Service):
    """The reading side."""

    room = "moderation"

    @query(Permission.POST_READ, traced=True)
    def get(self, look: ReadSession, post_id: str) -> Post:
        """Return a post under moderation."""
        return get_permitted_post(look, post_id)

    @query(Permission.POST_READ, traced=True)
    def list(
        self, look: ReadSession, *, unit: str = "", state: str = "", group: str = "", after: str = "", limit: int = 50
    ) -> Listing[Post]:
        """Return a page of posts, newest first."""
        where = {name: value for name, value in (("state", state), ("group", group)) if value}
        return look.listed(POST, "newest", unit, where=where, after=after, limit=limit)

    @query(Permission.POST_READ, traced=True)
    def tasks(self, look: ReadSession, *, unit: str = "", after: str = "", limit: int = 50) -> Listing[Post]:
        """Return a page of posts that a person must still do something about in the group, oldest first."""
        return look.listed(POST, "oldest", unit, where={"needs_hand": True}, after=after, limit=limit)
