"""A decision about a post, and its execution by the messenger: both in one commit."""

from collections.abc import Mapping

from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.domain.moderation.loading import get_permitted_post
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.states import ModerationAction, ModerationChoice, PostState
from anninh_core.domain.services import Services
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.usecase.arguments import CharterRule, PostId, Words
from anninh_core.usecase.marks import command
from anninh_core.usecase.outbox_message import OutboxAction, get_messenger_name
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow

_ABILITIES = {
    ModerationAction.DELETE: "delete_message",
    ModerationAction.LOCK: "lock_posting",
    ModerationAction.REMOVE_MEMBER: "remove_member",
}
_OUTBOX_ACTIONS = {
    ModerationAction.DELETE: OutboxAction.DELETE,
    ModerationAction.LOCK: OutboxAction.LOCK,
    ModerationAction.REMOVE_MEMBER: OutboxAction.REMOVE_MEMBER,
}


class ModerationDecision(Workflow):
    """Decides about posts and appeals, and has messengers execute the decisions. A messenger's capabilities are looked
    up, never assumed.
    """

    action_prefix = "moderating"

    def __init__(self, runner: UseCaseRunner, services: Services, messengers: Mapping[str, Messenger]) -> None:
        super().__init__(runner, services)
        self._messengers = messengers

    @command(Permission.POST_MODERATE, public=True, daily=True, sends=True)
    def decide(
        self, uow: UnitOfWork, post_id: PostId, action: ModerationChoice, *, rule: CharterRule, text: Words
    ) -> Post:
        """Decide about a post. The messenger executes it if it can; otherwise a person gets the task.

        Args:
            rule: code of the charter rule.
            text: the moderator's own words, for the record.

        Raises:
            WrongStep: it was decided before.
            BadInput: the charter has no such rule, or no words.
        """
        action = ModerationAction(action)
        post = get_permitted_post(uow, post_id)
        target = self._find_target(uow, post, action)
        can_execute = self._can_execute(post, action) and (bool(target) or action is ModerationAction.LOCK)
        if can_execute:
            self._queue_action(uow, post, _OUTBOX_ACTIONS[action], target)
        return self.services.moderation.rulings.decide(uow, post_id, action, rule=rule, text=text, able=can_execute)

    @command(Permission.POST_APPEAL, public=True, daily=True, sends=True)
    def decide_appeal(self, uow: UnitOfWork, post_id: PostId, uphold: bool, text: Words) -> Post:
        """Decide an appeal; the person who made the decision may not. An overturned act is reversed if the messenger
        can.

        Raises:
            Refused: the actor made the decision that is appealed against.
            WrongStep: no appeal waits.
            BadInput: no words.
        """
        post = get_permitted_post(uow, post_id)
        can_undo = post.state is PostState.APPEALED and not uphold and self._can_undo(post)
        decided_post = self.services.moderation.appeals.decide_appeal(uow, post_id, uphold, text, able=can_undo)
        if can_undo and decided_post.task is not None and decided_post.task.undo:
            self._queue_action(uow, post, OutboxAction.UNLOCK, "")
        return decided_post

    def _can_undo(self, post: Post) -> bool:
        """Return whether the messenger can reverse the act on a post: only the lock of a group can be reversed, by
        opening the group again.
        """
        is_locked = post.task is not None and post.task.action is ModerationAction.LOCK
        return is_locked and self._can_execute(post, ModerationAction.LOCK)

    def _can_execute(self, post: Post, action: ModerationAction) -> bool:
        messenger = self._messengers.get(get_messenger_name(post.conversation))
        ability = _ABILITIES.get(action)
        return ability is not None and messenger is not None and messenger.capabilities.can(ability)

    def _find_target(self, uow: UnitOfWork, post: Post, action: ModerationAction) -> str:
        """Return the message or person that the action targets, or "" if unknown, so that only a person can execute
        it.
        """
        if action is ModerationAction.DELETE:
            message = uow.get(MESSAGE, post.id)
            return message.platform_id if message else ""
        return post.author if action is ModerationAction.REMOVE_MEMBER else ""

    def _queue_action(self, uow: UnitOfWork, post: Post, act: OutboxAction, target: str) -> None:
        uow.queue_action(
            post.conversation,
            act,
            target,
            purpose="moderation.act",
            cause=f"post:{post.id}",
            scope=f"post:{post.id}",
        )
