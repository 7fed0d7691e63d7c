"""Rulings: a person decides about a post by the charter; a messenger or a person carries it out (P-III.1.c)."""

from typing import assert_never

from anninh_core.kernel.text import nfc
from anninh_core.rooms.moderation.kind import POST
from anninh_core.rooms.moderation.loading import charter_rule, get_permitted_post
from anninh_core.rooms.moderation.model import Action, Post, Ruling
from anninh_core.rooms.moderation.replies import tell
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.draft import Draft
from anninh_core.work.marks import Room, command, step


class Rulings(Room):
    """What is decided about posts, and done. Nothing is ever done about a person by a machine."""

    room = "moderation"

    @step(Permission.POST_MODERATE)
    def decide(self, draft: Draft, post_id: str, action: Action, *, rule: str, text: str, able: bool = False) -> Post:
        """Decide about a post, by a rule of the charter, and tell its author what and why.

        Args:
            rule: code of the charter rule.
            text: the moderator's own words, for the record.
            able: whether the group's messenger can carry the action out; if not, it becomes a task for a person.
        """
        post = get_permitted_post(draft, post_id)
        ruling = Ruling(
            by=draft.actor,
            at=draft.at,
            action=action,
            rule=charter_rule(self.context.district, rule).code,
            text=nfc(text),
        )
        decided = post.decided(ruling, able=able)
        draft.decide(f"post:{post.id}", rule=rule, reason=ruling.action.value, text=ruling.text, evidence=post.evidence)
        self._tell_ruling(draft, post, ruling)
        draft.facts |= {"action": ruling.action.value, "rule": rule, "by_hand": decided.needs_hand}
        draft.event("post.decided")
        return draft.save(POST, decided)

    @step(Permission.INTAKE)
    def carried_out(self, draft: Draft, post_id: str, proof: str) -> Post:
        """Note that the messenger did what was decided."""
        done = get_permitted_post(draft, post_id).done(nfc(proof))
        draft.event("post.carried_out")
        return draft.save(POST, done)

    @step(Permission.INTAKE)
    def leave_to_hand(self, draft: Draft, post_id: str) -> Post:
        """Note that the messenger could not do what was decided: it becomes a task for a person."""
        left = get_permitted_post(draft, post_id).left_to_hand()
        draft.event("post.left_to_hand")
        return draft.save(POST, left)

    @command(Permission.POST_MODERATE)
    def confirm_done(self, draft: Draft, post_id: str, proof: str) -> Post:
        """Confirm that a person did what was decided, or took it back."""
        done = get_permitted_post(draft, post_id).done(nfc(proof))
        draft.event("post.carried_out")
        return draft.save(POST, done)

    def _tell_ruling(self, draft: Draft, post: Post, ruling: Ruling) -> None:
        """Tell the author what was done and why; a reminder goes to the whole group, and names nobody."""
        wording = _wording_for(ruling.action)
        if wording is None:
            return
        rule = charter_rule(self.context.district, ruling.rule).text
        if ruling.action is Action.REMIND:
            tell(draft, post, post.conversation, "moderation.remind", rule=rule)
        days = self.context.district.charter.appeal_days
        tell(draft, post, post.author, wording, rule=rule, appeal_days=days)


def _wording_for(action: Action) -> str | None:
    """Return the wording that tells an author of a ruling, None where nothing was done."""
    match action:
        case Action.NONE:
            return None
        case Action.ASK_REMOVE:
            return "moderation.ask_remove"
        case Action.REMIND | Action.DELETE | Action.LOCK | Action.REMOVE_MEMBER:
            return "moderation.told"
        case never:
            assert_never(never)
