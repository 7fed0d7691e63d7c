"""Messages to authors and groups."""

from anninh_core.rooms.moderation.model import Post
from anninh_core.work.unit_of_work import UnitOfWork


def send_notice(draft: UnitOfWork, post: Post, to: str, wording: str, **facts: object) -> None:
    """Send a conversation one of the profile's texts about a post, if there is somewhere to send it."""
    if to:
        text = draft.context.district.say(wording, **facts)
        draft.send(to, text, purpose=wording, cause=f"post:{post.id}", scope=f"post:{post.id}")
