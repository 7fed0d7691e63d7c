"""How posts get into moderation: flagged by a plugin, or raised by a moderator."""

from collections.abc import Sequence

from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.model import Post, evidence_hash
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import clip, nfc
from anninh_core.usecase.marks import Service, command, step
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.opinions import Flag
from anninh_core.vocabulary.permissions import Permission

_MAX_EXCERPT = 300


class PostFlagging(Service):
    """Flags and raises posts for review. That alone has no consequence for a post."""

    action_prefix = "moderation"

    @step(Permission.INTAKE)
    def flag(
        self,
        uow: UnitOfWork,
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
            uow.permit(unit)
            raise BadInput(f"message {message} has no flag; there is nothing to look at")
        post = self._get_or_create(
            uow, message, text, attachments, unit=unit, group=group, conversation=conversation, author=author
        )
        uow.add_event("post.flagged")
        uow.facts["codes"] = ",".join(sorted({flag.code for flag in flags}))
        return uow.save(POST, post.flagged(tuple(flags)))

    @command(Permission.POST_MODERATE)
    def raise_post(
        self,
        uow: UnitOfWork,
        message: str,
        text: str,
        *,
        unit: str,
        group: str,
        conversation: str,
        author: str = "",
        attachments: tuple[Attachment, ...] = (),
    ) -> Post:
        """Raise a post that a moderator found; arguments as for `flag`."""
        post = self._get_or_create(
            uow, message, text, attachments, unit=unit, group=group, conversation=conversation, author=author
        )
        uow.add_event("post.raised")
        return uow.save(POST, post)

    def _get_or_create(
        self,
        uow: UnitOfWork,
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
        existing = uow.get(POST, message)
        uow.permit(existing.unit if existing else unit)
        return existing or Post(
            id=message,
            unit=unit,
            group=group,
            conversation=conversation,
            author=author,
            evidence=evidence_hash(text, attachments),
            excerpt=clip(nfc(text), _MAX_EXCERPT),
            raised_by=uow.actor.label,
            raised_at=uow.at,
        )
