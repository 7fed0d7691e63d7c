"""Where a message goes, and what its own words make of it: pure rules over the opinions of plugins."""

from collections.abc import Sequence
from enum import StrEnum

from attrs import field, frozen

from anninh_core.kernel.text import words
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.vocabulary.messages import InboundMessage, Place
from anninh_core.vocabulary.opinions import TriageOpinion


class MessageClass(StrEnum):
    """What is done with a message."""

    TIP = "tip"
    QUESTION = "question"
    CHATTER = "chatter"
    COMMAND = "command"
    CONTINUATION = "continuation"
    UNASSIGNED = "unassigned"
    UNSUITABLE = "unsuitable"


@frozen(kw_only=True)
class Route:
    """The router's answer, with reasons that an officer can check.

    Attributes:
        case: the case (`kind:id`) that the message belongs to, or that was chosen; the post that is appealed about.
        candidates: the cases that it may belong to, where that is in doubt.
        objects, withdraws: whether it asks to reopen the case, or to take it back.
        second_matter: whether it may tell of another matter beside the case.
        receipt, mistyped, words: of an order, see `Command`.
        guidance: legal kind that takes a written form, of which its sender is told: `complaint`, `whistleblow`, or "".
    """

    message_class: MessageClass
    category: str = ""
    emergency: bool = False
    case: str = ""
    candidates: tuple[str, ...] = ()
    objects: bool = False
    withdraws: bool = False
    second_matter: bool = False
    command: ResidentCommand | None = None
    receipt: str = ""
    mistyped: bool = False
    words: str = field(default="", repr=False)
    guidance: str = ""
    reasons: tuple[str, ...] = ()


_BY_OPINION = frozenset({"question", "chatter", "unsuitable"})
_MAX_SHORT_WORDS = 4
_MAX_SMALL_TALK_WORDS = 10


def route_by_opinions(message: InboundMessage, opinions: Sequence[TriageOpinion]) -> Route:
    """Return what a message is by its own words.

    Danger outweighs surer opinions. In private, what looks unsuitable is a tip all the same: who tells of advertisers
    and lenders uses their words.
    """
    emergency_opinion = next((opinion for opinion in opinions if opinion.emergency), None)
    in_private = message.conversation.place is Place.PERSON
    best = emergency_opinion or max(opinions, key=lambda opinion: opinion.confidence, default=None)
    if best is None:
        return Route(message_class=_classify_unrecognised(message), reasons=(_explain_unrecognised(message),))
    message_class = (
        MessageClass.TIP
        if best.emergency
        else MessageClass(best.kind)
        if best.kind in _BY_OPINION
        else MessageClass.TIP
    )
    if message_class is MessageClass.CHATTER and in_private and len(words(message.text)) > _MAX_SMALL_TALK_WORDS:
        message_class = MessageClass.TIP  # a greeting may open a long report in words that nobody recognised
    if message_class is MessageClass.UNSUITABLE and in_private:
        message_class = MessageClass.TIP
    reasons = (f"{best.by}: {best.reason}",)
    return Route(message_class=message_class, category=best.category, emergency=best.emergency, reasons=reasons)


def _classify_unrecognised(message: InboundMessage) -> MessageClass:
    """Return chatter for a few words in a group or none at all (emoji), a tip for what nobody recognised."""
    word_count = len(words(message.text))
    is_short = not word_count or (word_count <= _MAX_SHORT_WORDS and message.conversation.place is Place.GROUP)
    has_media = any(attachment.kind != "sticker" for attachment in message.attachments)
    return MessageClass.CHATTER if is_short and not has_media else MessageClass.TIP


def _explain_unrecognised(message: InboundMessage) -> str:
    kinds = [attachment.kind for attachment in message.attachments if attachment.kind != "sticker"]
    is_wordless = not message.text.strip()
    return f"no words, but {kinds[0]}: a person must look" if is_wordless and kinds else "no opinion"
