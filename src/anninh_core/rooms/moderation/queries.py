"""What moderators read: one post, a list, and what a person still has to do by hand."""

from anninh_core.kernel.errors import NotFound
from anninh_core.ports.changes import Scalar
from anninh_core.rooms.moderation.kind import POST
from anninh_core.rooms.moderation.model import Post
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.look import Listing, Look
from anninh_core.work.marks import Room, query


class ModerationQueries(Room):
    """The reading side."""

    room = "moderation"

    @query(Permission.POST_READ, traced=True)
    def get(self, look: Look, post_id: str) -> Post:
        """Return a post under moderation."""
        return self._held(look, post_id)

    @query(Permission.POST_READ, traced=True)
    def list(
        self, look: Look, *, unit: str = "", state: str = "", group: str = "", after: str = "", limit: int = 50
    ) -> Listing[Post]:
        """Return a page of posts, newest first."""
        where: dict[str, Scalar] = {name: value for name, value in (("state", state), ("group", group)) if value}
        return self._permitted(look, "newest", unit, where, after=after, limit=limit)

    @query(Permission.POST_READ, traced=True)
    def tasks(self, look: Look, *, unit: str = "", after: str = "", limit: int = 50) -> Listing[Post]:
        """Return a page of posts that a person must still do something about in the group, oldest first."""
        return self._permitted(look, "oldest", unit, {"needs_hand": True}, after=after, limit=limit)

    def _held(self, look: Look, post_id: str) -> Post:
        """Load a post that the actor may hold.

        Raises:
            Refused: no permission on its unit.
            NotFound: no such post; an actor without the permission anywhere is refused instead.
        """
        post = look.peek(POST, post_id)
        if post is None:
            look.permitted_units()
            raise NotFound(f"there is no post {post_id!r} under moderation; `moderation.list` shows those you may see")
        look.permit(post.unit)
        return post

    def _permitted(
        self, look: Look, order: str, unit: str, where: dict[str, Scalar], *, after: str, limit: int
    ) -> Listing[Post]:
        units = look.permitted_units()
        if unit:
            asked = self.desk.district.subtree(unit)
            units = asked if units is None else tuple(id for id in asked if id in set(units))
        return look.find(POST, order, units=units, where=where, after=after, limit=limit)
