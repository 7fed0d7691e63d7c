"""Functions that send messages to authors and groups about posts."""

from anninh_core.domain.moderation.model import Post
from anninh_core.usecase.unit_of_work import UnitOfWork


def send_notice(uow: UnitOfWork, post: Post, conversation: str, wording: str, **facts: object) -> None:
    """Send a conversation one of the profile's texts about a post, unless `conversation` is ""."""
    if conversation:
        text = uow.context.district.say(wording, **facts)
        uow.send(conversation, text, purpose=wording, cause=f"post:{post.id}", scope=f"post:{post.id}")
