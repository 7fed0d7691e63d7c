"""The route of a message, and pure rules for the route by its text alone, from the opinions of plugins."""

from collections.abc import Sequence
from enum import StrEnum

from attrs import field, frozen

from anninh_core.domain.conversations.talk import QuestionKind
from anninh_core.domain.tips.states import PlaceChange
from anninh_core.kernel.text import words
from anninh_core.messaging.inbound.talk.accusations import Accusation
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.message_place import MessagePlace
from anninh_core.messaging.inbound.talk.opinion_joining import can_dismiss_long_message, join_opinions, list_reasons
from anninh_core.vocabulary.messages import InboundMessage, Place
from anninh_core.vocabulary.opinions import TriageOpinion
from anninh_core.vocabulary.rights import RightsKind


class MessageClass(StrEnum):
    """The classes of messages, each handled in a different way."""

    TIP = "tip"
    """The message reports something."""
    QUESTION = "question"
    """The message asks something."""
    CHATTER = "chatter"
    """The message needs no action."""
    COMMAND = "command"
    """The message contains a command word."""
    CONTINUATION = "continuation"
    """The message continues an existing case."""
    UNASSIGNED = "unassigned"
    """An officer has to assign the message to a case."""
    UNSUITABLE = "unsuitable"
    """The message may break the charter; an officer checks it."""


@frozen(kw_only=True)
class Route:
    """The router's decision, with reasons that an officer can check.

    Attributes:
        case: the case (`kind:id`) that the message belongs to, or that was chosen; or the appealed post.
        candidates: the cases that it may belong to, if that is in doubt.
        objects, withdraws: whether it asks to reopen or to withdraw the case.
        second_matter: whether it may report a second matter in addition to the case.
        receipt, mistyped, words: of a command, see `Command`.
        guidance: legal kind that requires a written form, on which its sender gets guidance: `complaint`,
            `whistleblow`, or "".
        look_first: whether danger is possible, so that it is checked first; always so for an emergency.
        needs_look: whether an officer checks it although it is classified as needing no action.
        rights: the request about the author's personal data that it also contains, or None.
        linked: cases of the same resident that an officer should check together with the new one.
        shows_states: whether its sender gets the states of their tips: before an officer answers a question, and when a
            later message joins its tip.
        corrects: whether it states that the case is over, or was no danger.
        answers: kind of the system's question that it answers by a number, or None.
        place, place_change: the place that it names: of a new case, or another one than its case has, and why it
        changes.
        is_over: whether it is over a limit of its sender, so that it opens no case automatically and gets no reply.
        accusation: accusation of officials, so that it is locked for their supervisor; or None.
        passed_over: ids of officers whom its sender also accuses: see `Tip.passed_over`.
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
    look_first: bool = False
    needs_look: bool = False
    rights: RightsKind | None = None
    is_over: bool = False
    linked: tuple[str, ...] = ()
    shows_states: bool = False
    corrects: bool = False
    answers: QuestionKind | None = None
    place: MessagePlace | None = None
    place_change: PlaceChange | None = None
    accusation: Accusation | None = None
    passed_over: tuple[str, ...] = ()


_BY_OPINION = frozenset({"question", "chatter", "unsuitable"})
_MAX_SHORT_WORDS = 4
# Confidence from 0 to 1; measured out of fold, a higher threshold saves few tips and turns many other messages into
# tips.
_VERY_SURE = 0.7
_MAX_SMALL_TALK_WORDS = 10


def route_by_opinions(message: InboundMessage, opinions: Sequence[TriageOpinion]) -> Route:
    """Return the route of a message by its own text, without its conversation.

    A message of possible danger reaches an officer. In private, long small talk and unsuitable messages also become
    tips unless the opinion is certain: a greeting may open a report, and reports about advertisers use the same words.
    """
    best = join_opinions(opinions)
    if best is None:
        return Route(message_class=_classify_unrecognised(message), reasons=(_explain_unrecognised(message),))
    second = _find_second_tip(message, best, opinions)
    is_other = best.kind in _BY_OPINION and not best.emergency and second is None
    is_other = is_other and (can_dismiss_long_message(best) or not _needs_officer_check(message, best))
    message_class = MessageClass(best.kind) if is_other else MessageClass.TIP
    is_tip = message_class is MessageClass.TIP
    return Route(
        message_class=message_class,
        category=(second or best).category if is_tip else "",
        emergency=best.emergency,
        reasons=list_reasons(best, opinions),
        look_first=best.look_first and is_tip,
    )


def _find_second_tip(
    message: InboundMessage, best: TriageOpinion, opinions: Sequence[TriageOpinion]
) -> TriageOpinion | None:
    """Return the second opinion if it classifies a private message as a tip and the first opinion isn't very certain of
    another class; else None.
    """
    if message.conversation.place is not Place.PERSON or best.kind not in _BY_OPINION or best.confidence >= _VERY_SURE:
        return None
    return next(
        (opinion for opinion in opinions if opinion is not best and opinion.fallback and opinion.kind == "tip"), None
    )


def _needs_officer_check(message: InboundMessage, opinion: TriageOpinion) -> bool:
    """Return whether an officer should check a message that an opinion with low confidence doesn't classify as a
    tip.
    """
    if opinion.look_first:
        return True
    if message.conversation.place is not Place.PERSON:
        return False
    is_long = len(words(message.text)) > _MAX_SMALL_TALK_WORDS
    return opinion.kind == "unsuitable" or (opinion.kind == "chatter" and is_long)


def _classify_unrecognised(message: InboundMessage) -> MessageClass:
    """Return the class of a message without opinions: chatter for a few words in a group or for no words at all
    (emoji), else a tip.
    """
    word_count = len(words(message.text))
    is_short = not word_count or (word_count <= _MAX_SHORT_WORDS and message.conversation.place is Place.GROUP)
    has_media = any(attachment.kind != "sticker" for attachment in message.attachments)
    return MessageClass.CHATTER if is_short and not has_media else MessageClass.TIP


def _explain_unrecognised(message: InboundMessage) -> str:
    kinds = [attachment.kind for attachment in message.attachments if attachment.kind != "sticker"]
    is_wordless = not message.text.strip()
    return f"no words, but {kinds[0]}: a person must look" if is_wordless and kinds else "no opinion"
