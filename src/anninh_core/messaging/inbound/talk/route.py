"""Where a message goes, and what its own words make of it: pure rules over the opinions of plugins."""

from collections.abc import Sequence
from enum import StrEnum

from attrs import field, frozen

from anninh_core.domain.conversations.talk import QuestionKind
from anninh_core.domain.tips.states import PlaceChange
from anninh_core.kernel.text import words
from anninh_core.messaging.inbound.talk.accusations import Accusation
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.message_place import MessagePlace
from anninh_core.messaging.inbound.talk.opinion_joining import is_sure, join_opinions, list_reasons
from anninh_core.vocabulary.messages import InboundMessage, Place
from anninh_core.vocabulary.opinions import TriageOpinion
from anninh_core.vocabulary.rights import RightsKind


class MessageClass(StrEnum):
    """What is done with a message."""

    TIP = "tip"
    """It tells of something."""
    QUESTION = "question"
    """It asks something."""
    CHATTER = "chatter"
    """Nothing is done with it."""
    COMMAND = "command"
    """It is one of the words that do something."""
    CONTINUATION = "continuation"
    """It goes on with what was said before."""
    UNASSIGNED = "unassigned"
    """A person sorts it."""
    UNSUITABLE = "unsuitable"
    """It may break the charter; a person looks at it."""


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
        look_first: whether danger is possible; every emergency is looked at first.
        needs_look: whether a person looks at it although it is taken for nothing that anybody has to do.
        rights: what it asks about data of its author's, beside whatever else it is; None for nothing.
        linked: cases of the same resident that an officer should look at together with the new one.
        shows_states: whether its sender reads the states of their tips: before an officer answers a question, and where
            what is written later joins its tip.
        corrects: whether it says that the case is over, or was no danger.
        answers: which question of ours it answers by a number, None for none.
        place, place_change: the place that it names: of a new case, or another one than its case has, and what for.
        is_over: whether it is over a limit of its sender, so that nothing is opened by itself and nothing answered.
        accusation: whom of our own people it accuses, so that it is locked for their supervisor; None for nobody.
        passed_over: ids of officers whom its sender accuses besides: see `Tip.passed_over`.
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
_VERY_SURE = 0.7  # of 1: out of fold a higher bar saves few tips and makes many of what is none
_MAX_SMALL_TALK_WORDS = 10


def route_by_opinions(message: InboundMessage, opinions: Sequence[TriageOpinion]) -> Route:
    """Return what a message is by its own words.

    What may be danger comes to a person's eyes. In private, long small talk and what looks unsuitable are tips all the
    same unless the opinion is sure: a greeting may open a report, and who tells of advertisers uses their words.
    """
    best = join_opinions(opinions)
    if best is None:
        return Route(message_class=_classify_unrecognised(message), reasons=(_explain_unrecognised(message),))
    second = _find_second_tip(message, best, opinions)
    is_other = best.kind in _BY_OPINION and not best.emergency and second is None
    is_other = is_other and (is_sure(best) or not _is_doubtful(message, best))
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
    """Return the second opinion that a private message is a tip, where the first isn't very sure that it is none."""
    if message.conversation.place is not Place.PERSON or best.kind not in _BY_OPINION or best.confidence >= _VERY_SURE:
        return None
    return next((one for one in opinions if one is not best and one.fallback and one.kind == "tip"), None)


def _is_doubtful(message: InboundMessage, opinion: TriageOpinion) -> bool:
    """Tell whether an officer should look at what an opinion that isn't sure takes for something else than a tip."""
    if opinion.look_first:
        return True
    if message.conversation.place is not Place.PERSON:
        return False
    is_long = len(words(message.text)) > _MAX_SMALL_TALK_WORDS
    return opinion.kind == "unsuitable" or (opinion.kind == "chatter" and is_long)


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
