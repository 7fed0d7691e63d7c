"""Messages to authors and groups."""

from anninh_core.domain.moderation.model import Post
from anninh_core.usecase.unit_of_work import UnitOfWork


def send_notice(uow: UnitOfWork, post: Post, to: str, wording: str, **facts: object) -> None:
    """Send a conversation one of the profile's texts about a post, if there is somewhere to send it."""
    if to:
        text = uow.context.district.say(wording, **facts)
        uow.send(to, text, purpose=wording, cause=f"post:{post.id}", scope=f"post:{post.id}")
