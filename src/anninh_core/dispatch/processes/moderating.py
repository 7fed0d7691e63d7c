"""A decision about a post, and what the messenger does about it: both in one commit."""

from collections.abc import Mapping
from typing import assert_never

from anninh_core.dispatch.rooms import Rooms
from anninh_core.ports.messenger import Messenger
from anninh_core.rooms.conversations.model import MESSAGE
from anninh_core.rooms.moderation.kind import POST
from anninh_core.rooms.moderation.model import Action, Post
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor
from anninh_core.work.desk import Desk
from anninh_core.work.draft import Draft
from anninh_core.work.parcel import OutboxAction, messenger_of

_ABILITY = {
    Action.DELETE: "delete_message",
    Action.LOCK: "lock_posting",
    Action.REMOVE_MEMBER: "remove_member",
}
_ACTS = {
    Action.DELETE: OutboxAction.DELETE,
    Action.LOCK: OutboxAction.LOCK,
    Action.REMOVE_MEMBER: OutboxAction.REMOVE_MEMBER,
}


class Moderating:
    """Joins moderation and messengers."""

    def __init__(self, desk: Desk, rooms: Rooms, messengers: Mapping[str, Messenger]) -> None:
        self._desk = desk
        self._rooms = rooms
        self._messengers = messengers

    def decide(self, actor: Actor, post_id: str, action: Action, *, rule: str, text: str) -> Post:
        """Decide about a post. Where the messenger can, it is told to act; where it can't, a person gets the task."""

        def both(draft: Draft) -> Post:
            post = draft.load(POST, post_id)
            draft.permit(post.unit)
            target = self._target(draft, post, action)
            able = self._able(post, action) and (bool(target) or action is Action.LOCK)
            if able:
                self._order(draft, post, action, target)
            return self._rooms.moderation.decide(draft, post_id, action, rule=rule, text=text, able=able)

        return self._desk.carry_out(actor, "moderating.decide", Permission.POST_MODERATE, both)

    def _able(self, post: Post, action: Action) -> bool:
        messenger = self._messengers.get(messenger_of(post.conversation))
        ability = _ABILITY.get(action)
        return ability is not None and messenger is not None and messenger.capabilities.can(ability)

    def _target(self, draft: Draft, post: Post, action: Action) -> str:
        """Return what or whom the action is about, "" where it isn't known: then only a person can find it."""
        match action:
            case Action.DELETE:
                message = draft.peek(MESSAGE, post.id)
                return message.platform_id if message else ""
            case Action.REMOVE_MEMBER:
                return post.author
            case Action.NONE | Action.REMIND | Action.ASK_REMOVE | Action.LOCK:
                return ""
            case never:
                assert_never(never)

    def _order(self, draft: Draft, post: Post, action: Action, target: str) -> None:
        draft.act(
            post.conversation,
            _ACTS[action],
            target,
            purpose="moderation.act",
            cause=f"post:{post.id}",
            scope=f"post:{post.id}",
        )
