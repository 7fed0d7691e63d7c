"""Moderation: machines flag, a person decides by the charter, another person hears the appeal (P-III.1.c)."""

from collections.abc import Sequence
from typing import assert_never

from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.kernel.text import clip, nfc
from anninh_core.rooms.moderation.kind import POST
from anninh_core.rooms.moderation.model import Action, Post, Ruling, evidence_of
from anninh_core.rooms.moderation.queries import ModerationQueries
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.opinions import Flag
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.rules import CharterRule
from anninh_core.work.draft import Draft
from anninh_core.work.marks import command

_EXCERPT = 300


class Moderation(ModerationQueries):
    """Everything done about posts. Nothing is ever done about a person by a machine."""

    @command(Permission.INTAKE)
    def flag(
        self,
        draft: Draft,
        message: str,
        text: str,
        *,
        unit: str,
        group: str,
        conversation: str,
        flags: Sequence[Flag],
        author: str = "",
        attachments: tuple[Attachment, ...] = (),
    ) -> Post:
        """Put a post before a moderator because something about it was noticed. Nothing happens to it by that.

        Args:
            message: id of the message; flagged again, the same post gains the flags.
            group: group id; `conversation` is the group's, `author` the author's conversation id.
            flags: what was noticed, at least one.
        """
        if not flags:
            draft.permit(unit)
            raise BadInput(f"message {message} has no flag; there is nothing to look at")
        post = self._taken_up(
            draft, message, text, attachments, unit=unit, group=group, conversation=conversation, author=author
        )
        draft.event("post.flagged")
        draft.facts["codes"] = ",".join(sorted({flag.code for flag in flags}))
        return draft.save(POST, post.flagged(tuple(flags)))

    @command(Permission.POST_MODERATE)
    def raise_post(
        self,
        draft: Draft,
        message: str,
        text: str,
        *,
        unit: str,
        group: str,
        conversation: str,
        author: str = "",
        attachments: tuple[Attachment, ...] = (),
    ) -> Post:
        """Take up a post that a moderator came across; arguments as for `flag`."""
        post = self._taken_up(
            draft, message, text, attachments, unit=unit, group=group, conversation=conversation, author=author
        )
        draft.event("post.raised")
        return draft.save(POST, post)

    @command(Permission.POST_MODERATE)
    def decide(self, draft: Draft, post_id: str, action: Action, *, rule: str, text: str, able: bool = False) -> Post:
        """Decide about a post, by a rule of the charter, and tell its author what and why.

        Args:
            rule: code of the charter rule.
            text: the moderator's own words, for the record.
            able: whether the group's messenger can carry the action out; if not, it becomes a task for a person.
        """
        post = self._held(draft, post_id)
        ruling = Ruling(by=draft.actor, at=draft.at, action=action, rule=self._rule(rule).code, text=nfc(text))
        decided = post.decided(ruling, able=able)
        draft.decide(f"post:{post.id}", rule=rule, reason=ruling.action.value, text=ruling.text, evidence=post.evidence)
        self._tell_ruling(draft, post, ruling)
        draft.facts |= {"action": ruling.action.value, "rule": rule, "by_hand": decided.needs_hand}
        draft.event("post.decided")
        return draft.save(POST, decided)

    @command(Permission.INTAKE)
    def carried_out(self, draft: Draft, post_id: str, proof: str) -> Post:
        """Note that the messenger did what was decided."""
        done = self._held(draft, post_id).done(nfc(proof))
        draft.event("post.carried_out")
        return draft.save(POST, done)

    @command(Permission.INTAKE)
    def leave_to_hand(self, draft: Draft, post_id: str) -> Post:
        """Note that the messenger could not do what was decided: it becomes a task for a person."""
        left = self._held(draft, post_id).left_to_hand()
        draft.event("post.left_to_hand")
        return draft.save(POST, left)

    @command(Permission.POST_MODERATE)
    def confirm_done(self, draft: Draft, post_id: str, proof: str) -> Post:
        """Confirm that a person did what was decided, or took it back."""
        done = self._held(draft, post_id).done(nfc(proof))
        draft.event("post.carried_out")
        return draft.save(POST, done)

    @command(Permission.INTAKE)
    def appeal(self, draft: Draft, post_id: str, conversation: str, words: str) -> Post:
        """Take in an author's objection, within the charter's `appeal_days`.

        Raises:
            NotFound: this author has no such post; whose it is stays untold.
            WrongStep: nothing was done about it, it is too late, or there was an appeal already.
        """
        draft.permit(self.desk.district.root)
        post = draft.peek(POST, post_id)
        if post is None or not conversation or post.author != conversation:
            raise NotFound(f"this author has no post {post_id!r} to appeal about")
        appealed = post.appealed(nfc(words), draft.at, self.desk.district.charter.appeal_days)
        self._tell(draft, post, post.author, "moderation.appeal_received")
        draft.event("post.appealed")
        return draft.save(POST, appealed)

    @command(Permission.POST_APPEAL)
    def decide_appeal(self, draft: Draft, post_id: str, uphold: bool, text: str, *, able: bool = False) -> Post:
        """Decide an appeal as another person than ruled. What is overturned is taken back, by hand if need be."""
        post = self._held(draft, post_id)
        decided = post.appeal_decided(draft.actor, draft.at, nfc(text), uphold=uphold, able=able)
        ruling = post.ruled
        draft.decide(
            f"post:{post.id}", rule=ruling.rule, reason=decided.state.value, text=nfc(text), evidence=post.evidence
        )
        rule = self._rule(ruling.rule)
        self._tell(draft, post, post.author, f"moderation.{decided.state}", rule=rule.text, text=nfc(text))
        draft.facts |= {"rule": ruling.rule, "by_hand": decided.needs_hand}
        draft.event("post.appeal_decided")
        return draft.save(POST, decided)

    def _taken_up(
        self,
        draft: Draft,
        message: str,
        text: str,
        attachments: tuple[Attachment, ...],
        *,
        unit: str,
        group: str,
        conversation: str,
        author: str,
    ) -> Post:
        """Return the post of a message, begun where there is none; one that is known belongs to its own unit."""
        known = draft.peek(POST, message)
        draft.permit(known.unit if known else unit)
        return known or Post(
            id=message,
            unit=unit,
            group=group,
            conversation=conversation,
            author=author,
            evidence=evidence_of(text, attachments),
            excerpt=clip(nfc(text), _EXCERPT),
            raised_by=draft.actor.label,
            raised_at=draft.at,
        )

    def _rule(self, code: str) -> CharterRule:
        rules = {rule.code: rule for rule in self.desk.district.charter.rules}
        if code not in rules:
            raise BadInput(f"the charter has no rule {code!r}; its rules are {', '.join(rules)}")
        return rules[code]

    def _tell_ruling(self, draft: Draft, post: Post, ruling: Ruling) -> None:
        """Tell the author what was done and why; a reminder goes to the whole group, and names nobody."""
        wording = _wording_for(ruling.action)
        if wording is None:
            return
        rule = self._rule(ruling.rule).text
        if ruling.action is Action.REMIND:
            self._tell(draft, post, post.conversation, "moderation.remind", rule=rule)
        days = self.desk.district.charter.appeal_days
        self._tell(draft, post, post.author, wording, rule=rule, appeal_days=days)

    def _tell(self, draft: Draft, post: Post, to: str, wording: str, **facts: object) -> None:
        """Send one of the profile's texts, if there is somewhere to send it."""
        if to:
            text = self.desk.district.say(wording, **facts)
            draft.send(to, text, purpose=wording, cause=f"post:{post.id}", scope=f"post:{post.id}")


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
