"""A decision about a post, and what the messenger does about it: both in one commit."""

from collections.abc import Mapping

from anninh_core.ports.messenger import Messenger
from anninh_core.rooms.conversations.model import MESSAGE
from anninh_core.rooms.moderation.kind import POST
from anninh_core.rooms.moderation.model import ModerationAction, Post, PostState
from anninh_core.rooms.services import Services
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import command
from anninh_core.work.parcel import OutboxAction, messenger_of
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.unit_of_work import UnitOfWork
from anninh_core.workflows.base import Workflow

_ABILITY = {
    ModerationAction.DELETE: "delete_message",
    ModerationAction.LOCK: "lock_posting",
    ModerationAction.REMOVE_MEMBER: "remove_member",
}
_ACT = {
    ModerationAction.DELETE: OutboxAction.DELETE,
    ModerationAction.LOCK: OutboxAction.LOCK,
    ModerationAction.REMOVE_MEMBER: OutboxAction.REMOVE_MEMBER,
}


class ModerationDecision(Workflow):
    """Joins moderation and messengers. What a messenger is able to do is looked up, never believed."""

    room = "moderating"

    def __init__(self, runner: UseCaseRunner, rooms: Services, messengers: Mapping[str, Messenger]) -> None:
        super().__init__(runner, rooms)
        self._messengers = messengers

    @command(Permission.POST_MODERATE)
    def decide(self, draft: UnitOfWork, post_id: str, action: ModerationAction, *, rule: str, text: str) -> Post:
        """Decide about a post. Where the messenger can, it is told to act; where it can't, a person gets the task.

        Args:
            rule: code of the charter rule.
            text: the moderator's own words, for the record.
        """
        post = draft.load(POST, post_id)
        draft.permit(post.unit)
        target = self._target(draft, post, action)
        able = self._able(post, action) and (bool(target) or action is ModerationAction.LOCK)
        if able:
            self._queue(draft, post, _ACT[action], target)
        return self.rooms.moderation.rulings.decide(draft, post_id, action, rule=rule, text=text, able=able)

    @command(Permission.POST_APPEAL)
    def decide_appeal(self, draft: UnitOfWork, post_id: str, uphold: bool, text: str) -> Post:
        """Decide an appeal as another person than ruled. What is overturned is taken back, where the messenger can."""
        post = draft.load(POST, post_id)
        draft.permit(post.unit)
        able = post.state is PostState.APPEALED and not uphold and self._can_undo(post)
        decided = self.rooms.moderation.appeals.decide_appeal(draft, post_id, uphold, text, able=able)
        if able and decided.task is not None and decided.task.undo:
            self._queue(draft, post, OutboxAction.UNLOCK, "")
        return decided

    def _can_undo(self, post: Post) -> bool:
        """Tell whether the messenger can take back what was done: it can lock a group, and open it again."""
        done = post.task is not None and post.task.action is ModerationAction.LOCK
        return done and self._able(post, ModerationAction.LOCK)

    def _able(self, post: Post, action: ModerationAction) -> bool:
        messenger = self._messengers.get(messenger_of(post.conversation))
        ability = _ABILITY.get(action)
        return ability is not None and messenger is not None and messenger.capabilities.can(ability)

    def _target(self, draft: UnitOfWork, post: Post, action: ModerationAction) -> str:
        """Return what or whom the action is about, "" where it isn't known: then only a person can find it."""
        if action is ModerationAction.DELETE:
            message = draft.peek(MESSAGE, post.id)
            return message.platform_id if message else ""
        return post.author if action is ModerationAction.REMOVE_MEMBER else ""

    def _queue(self, draft: UnitOfWork, post: Post, act: OutboxAction, target: str) -> None:
        draft.act(
            post.conversation,
            act,
            target,
            purpose="moderation.act",
            cause=f"post:{post.id}",
            scope=f"post:{post.id}",
        )
