"""Use cases that bring posts into moderation, flagged by a plugin or raised by a moderator."""

from collections.abc import Callable, Sequence

from attrs import frozen

from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.model import Post, evidence_hash
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import clip, nfc
from anninh_core.usecase.marks import Service, command, step
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.opinions import Flag
from anninh_core.vocabulary.permissions import Permission

_MAX_EXCERPT = 300


@frozen(kw_only=True)
class Posted:
    """Group and author of a post, according to the records.

    Attributes:
        unit: unit of the group.
        conversation: conversation id of the group.
        author: conversation id of the author, "" if no messenger could read it.
    """

    unit: str
    conversation: str
    author: str


FindPosted = Callable[[ReadSession, str, str], Posted]
"""Type of a function that finds the group and author of a post by group id and message id; the group must be accessible
to the actor.
"""


class PostFlagging(Service):
    """Use cases that flag and raise posts for review. Neither has a consequence for the post."""

    action_prefix = "moderation"

    def __init__(self, runner: UseCaseRunner, find_posted: FindPosted) -> None:
        super().__init__(runner)
        self._find_posted = find_posted

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
        """Submit a post to the moderators because an opinion plugin noticed something. The post itself is unchanged.

        Args:
            message: id of the message; if it was flagged before, its post gains the flags.
            group: group id; `conversation` is the group's, `author` the author's conversation id.
            flags: the plugin's flags, at least one.
        """
        if not flags:
            uow.permit(unit)
            raise BadInput("Message {message} has no flag: give at least one.", message=message)
        post = self._get_or_create_post(
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
        """Raise a post that a moderator found. Arguments are as for `flag`, and must agree with the records.

        Raises:
            Refused: the unit isn't the actor's, or group, message, conversation and author don't belong together.
            BadInput: the group belongs to another unit.
        """
        uow.permit(unit)
        posted = self._find_posted(uow, group, message)
        if posted.unit != unit:
            raise BadInput(
                "Group {group} belongs to unit {unit!r}: give that unit, not {wrong_unit!r}.",
                group=group,
                unit=posted.unit,
                wrong_unit=unit,
            )
        if conversation != posted.conversation:
            raise uow.build_withheld_error("conversation", conversation, f"the group's is {posted.conversation}")
        if author not in (
            "",
            posted.author,
            self.context.names.pseudonym(posted.author, f"conversation:{conversation}"),
        ):
            raise uow.build_withheld_error("author", author, f"the message's is {posted.author or 'unknown'}")
        post = self._get_or_create_post(
            uow, message, text, attachments, unit=unit, group=group, conversation=conversation, author=author
        )
        uow.add_event("post.raised")
        return uow.save(POST, post)

    def _get_or_create_post(
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
        """Return the post of a message, a new one if there is none; an existing post keeps its own unit."""
        existing = uow.get(POST, message)
        if existing is not None:
            return uow.get_permitted(POST, message)
        uow.permit(unit)
        return Post(
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
