"""Use cases of appeals: an author objects to a ruling, and an officer who didn't rule decides (P-III.1.c)."""

from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.loading import get_charter_rule, get_post_for_step
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.replies import send_notice
from anninh_core.kernel.text import nfc
from anninh_core.usecase.marks import Service, command, step
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class Appeals(Service):
    """Use cases of authors' appeals against rulings."""

    action_prefix = "moderation"

    @command(Permission.INTAKE)
    def appeal(self, uow: UnitOfWork, post_id: str, conversation: str, words: str) -> Post:
        """Record an author's appeal, within the charter's `appeal_days`.

        Raises:
            NotFound: the author has no such post; the error doesn't reveal whether the post exists.
            WrongStep: there was no measure to appeal against, it is too late, or there was an appeal already.
        """
        uow.permit(self.context.district.root)
        return self.take_in(uow, post_id, conversation, words)

    @step(Permission.INTAKE)
    def take_in(self, uow: UnitOfWork, post_id: str, conversation: str, words: str) -> Post:
        """Record an author's appeal within a larger unit of work; raise as `appeal` does."""
        uow.permit(self.context.district.root)
        post = uow.get(POST, post_id)
        if post is None or not conversation or post.author != conversation:
            truth = "there is none" if post is None else "another wrote it"
            raise uow.build_withheld_error(POST.name, post_id, truth, "an author appeals about a post of their own")
        appealed = post.appealed(nfc(words), uow.at, self.context.district.charter.appeal_days)
        send_notice(uow, post, post.author, "moderation.appeal_received")
        uow.add_event("post.appealed")
        return uow.save(POST, appealed)

    @step(Permission.POST_APPEAL)
    def decide_appeal(self, uow: UnitOfWork, post_id: str, uphold: bool, text: str, *, able: bool = False) -> Post:
        """Decide an appeal, as an officer who didn't rule. An overturned measure is reverted, by hand if necessary."""
        post = get_post_for_step(uow, "decide_appeal", post_id)
        decided = post.appeal_decided(uow.actor, uow.at, nfc(text), uphold=uphold, able=able)
        ruling = post.required_ruling
        uow.decide(
            f"post:{post.id}", rule=ruling.rule, reason=decided.state.value, text=nfc(text), evidence=post.evidence
        )
        rule = get_charter_rule(self.context.district, ruling.rule)
        send_notice(uow, post, post.author, f"moderation.{decided.state}", rule=rule.text, text=nfc(text))
        uow.facts |= {"rule": ruling.rule, "by_hand": decided.needs_manual_action}
        uow.add_event("post.appeal_decided")
        return uow.save(POST, decided)
