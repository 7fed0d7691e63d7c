"""Use cases of rulings: a person decides about a post by the charter, and a messenger or a person takes the measure
(P-III.1.c).
"""

from typing import assert_never

from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.loading import get_charter_rule, get_permitted_post, get_post_for_step
from anninh_core.domain.moderation.model import Post, Ruling
from anninh_core.domain.moderation.replies import send_notice
from anninh_core.domain.moderation.states import ModerationAction
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import OneLine, PostId
from anninh_core.usecase.marks import Service, command, step
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class Rulings(Service):
    """Use cases of rulings and their execution. A machine never takes a measure against a person on its own."""

    action_prefix = "moderation"

    @step(Permission.POST_MODERATE)
    def decide(
        self, uow: UnitOfWork, post_id: str, action: ModerationAction, *, rule: str, text: str, able: bool = False
    ) -> Post:
        """Decide about a post by a rule of the charter, and inform its author of measure and reason.

        Args:
            rule: code of the charter rule.
            text: the moderator's own words, for the record.
            able: whether the group's messenger can take the measure; if not, it becomes a task for a person.
        """
        post = get_post_for_step(uow, "decide", post_id)
        ruling = Ruling(
            by=uow.actor,
            at=uow.at,
            action=action,
            rule=get_charter_rule(self.context.district, rule).code,
            text=nfc(text),
        )
        decided = post.decided(ruling, able=able)
        uow.decide(f"post:{post.id}", rule=rule, reason=ruling.action.value, text=ruling.text, evidence=post.evidence)
        self._notify_ruling(uow, post, ruling)
        uow.facts |= {"action": ruling.action.value, "rule": rule, "by_hand": decided.needs_manual_action}
        uow.add_event("post.decided")
        return uow.save(POST, decided)

    @step(Permission.INTAKE)
    def confirm_execution(self, uow: UnitOfWork, post_id: str, proof: str) -> Post:
        """Record that the messenger took the measure."""
        updated = get_permitted_post(uow, post_id).done(nfc(proof))
        uow.add_event("post.carried_out")
        return uow.save(POST, updated)

    @step(Permission.INTAKE)
    def request_manual_action(self, uow: UnitOfWork, post_id: str) -> Post:
        """Record that the messenger could not take the measure: it becomes a task for a person."""
        updated = get_permitted_post(uow, post_id).left_to_hand()
        uow.add_event("post.left_to_hand")
        return uow.save(POST, updated)

    @command(Permission.POST_MODERATE, public=True, daily=True)
    def confirm_done(self, uow: UnitOfWork, post_id: PostId, proof: OneLine) -> Post:
        """Confirm that a person took the measure, or reverted it.

        Raises:
            WrongStep: there is no open task in the group.
            BadInput: no proof.
        """
        updated = get_post_for_step(uow, "confirm_done", post_id).done(nfc(proof))
        uow.add_event("post.carried_out")
        return uow.save(POST, updated)

    def _notify_ruling(self, uow: UnitOfWork, post: Post, ruling: Ruling) -> None:
        """Inform the author of a post of the measure and its reason; a reminder also goes to the whole group, and names
        no one.
        """
        wording = _get_wording_key(ruling.action)
        if wording is None:
            return
        rule = get_charter_rule(self.context.district, ruling.rule).text
        if ruling.action is ModerationAction.REMIND:
            send_notice(uow, post, post.conversation, "moderation.remind", rule=rule)
        days = self.context.district.charter.appeal_days
        send_notice(uow, post, post.author, wording, rule=rule, appeal_days=days)


def _get_wording_key(action: ModerationAction) -> str | None:
    """Return the key of the wording with which the author is informed of a measure, or None without a measure."""
    match action:
        case ModerationAction.NONE:
            return None
        case ModerationAction.ASK_REMOVE:
            return "moderation.ask_remove"
        case ModerationAction.REMIND | ModerationAction.DELETE | ModerationAction.LOCK | ModerationAction.REMOVE_MEMBER:
            return "moderation.told"
        case never:
            assert_never(never)
