"""What an inbound message is: pure rules over what is known of the conversation and what the opinions say.

When in doubt it is a tip: a tip taken for chatter is lost, chatter taken for a tip costs an officer a look.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from attrs import frozen

from anninh_core.kernel.text import contains_phrase, words
from anninh_core.messaging.inbound.opinion_joining import is_sure, join_opinions, list_reasons
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import InboundMessage, Place
from anninh_core.vocabulary.opinions import TriageOpinion

_RECEIPT = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{5}-?[0-9A-HJKMNP-TV-Z]{5}\b")


class MessageClass(StrEnum):
    """What is done with a message."""

    TIP = "tip"
    QUESTION = "question"
    CHATTER = "chatter"
    COMMAND = "command"
    CONTINUATION = "continuation"
    UNSUITABLE = "unsuitable"


class ResidentCommand(StrEnum):
    """What a reporter can order by a word."""

    STATE = "state"
    WITHDRAW = "withdraw"
    HELP = "help"


@frozen(kw_only=True)
class ConversationState:
    """What the router knows beside the message itself.

    Attributes:
        replied_case: the case of the message that this one quotes, or "".
        waiting_case: the case that waits for this reporter's answer, or "".
        fresh_case: the case begun in this conversation a few minutes ago, or "".
    """

    replied_case: str = ""
    waiting_case: str = ""
    fresh_case: str = ""


@frozen(kw_only=True)
class Route:
    """The router's answer, with reasons that an officer can check.

    Attributes:
        look_first: whether danger is possible; every emergency is looked at first.
    """

    message_class: MessageClass
    category: str = ""
    emergency: bool = False
    case: str = ""
    command: ResidentCommand | None = None
    receipt: str = ""
    reasons: tuple[str, ...] = ()
    look_first: bool = False


def route(
    message: InboundMessage, known: ConversationState, opinions: Sequence[TriageOpinion], district: District
) -> Route:
    """Decide what a message is. Danger is never put down to a case that happens to wait for the same reporter."""
    command = parse_command(message.text, district)
    if command is not None and message.conversation.place is Place.PERSON and not _is_plea(command, opinions):
        return Route(
            message_class=MessageClass.COMMAND,
            command=command,
            receipt=extract_receipt(message.text),
            reasons=(f"order: {command}",),
        )
    best = join_opinions(opinions)
    in_context = _route_in_context(message, known, is_emergency=best is not None and best.emergency)
    if in_context is not None:
        return in_context
    if best is None:
        return Route(message_class=_classify_unrecognised(message), reasons=("no opinion",))
    return _route_by_opinion(message, best, list_reasons(best, opinions))


def _route_by_opinion(message: InboundMessage, best: TriageOpinion, reasons: tuple[str, ...]) -> Route:
    """Return what a message is by the opinion that counts; what may be danger comes to a person's eyes."""
    is_other = best.kind in _BY_OPINION and not best.emergency and (is_sure(best) or not best.look_first)
    message_class = MessageClass(best.kind) if is_other else MessageClass.TIP
    if (
        message_class is MessageClass.CHATTER
        and message.conversation.place is Place.PERSON
        and len(words(message.text)) > _MAX_SMALL_TALK_WORDS
        and not is_sure(best)
    ):
        message_class = MessageClass.TIP  # a greeting may open a long report in words that nobody recognised
    return Route(
        message_class=message_class,
        category=best.category,
        emergency=best.emergency,
        reasons=reasons,
        look_first=best.look_first and message_class is MessageClass.TIP,
    )


def _route_in_context(message: InboundMessage, known: ConversationState, *, is_emergency: bool) -> Route | None:
    """Return where a message belongs by what went before in its conversation, None where its own words decide."""
    if known.replied_case:
        why = ("quotes a message of the case",)
        case = known.replied_case
        return Route(message_class=MessageClass.CONTINUATION, case=case, emergency=is_emergency, reasons=why)
    if is_emergency:
        return None
    if known.waiting_case:
        why = ("the case waits for this reporter",)
        return Route(message_class=MessageClass.CONTINUATION, case=known.waiting_case, reasons=why)
    return None if message.text.strip() else _route_wordless(message, known)


def _is_plea(order: ResidentCommand, opinions: Sequence[TriageOpinion]) -> bool:
    """Tell whether a call for help is meant in earnest: its other words tell of something."""
    return order is ResidentCommand.HELP and any(
        opinion.emergency or (opinion.kind == "tip" and (opinion.fallback or is_sure(opinion))) for opinion in opinions
    )


_BY_OPINION = frozenset({"question", "chatter", "unsuitable"})
_MAX_SHORT_WORDS = 4
_MAX_POLITE_WORDS = 2  # words such as "cháu với" that may follow a call for help
_MAX_SMALL_TALK_WORDS = 10
_MAX_COMMAND_WORDS = 8  # words
_OPENING_LENGTH = 80  # characters


def _route_wordless(message: InboundMessage, known: ConversationState) -> Route:
    media = [a for a in message.attachments if a.kind != "sticker"]
    if not media:
        return Route(message_class=MessageClass.CHATTER, reasons=("nothing but stickers",))
    if known.fresh_case:
        return Route(
            message_class=MessageClass.CONTINUATION, case=known.fresh_case, reasons=("follows a tip within minutes",)
        )
    return Route(message_class=MessageClass.TIP, reasons=(f"no words, but {media[0].kind}: a person must look",))


def _classify_unrecognised(message: InboundMessage) -> MessageClass:
    """Return chatter for a few words in a group or none at all (emoji), a tip for what nobody recognised."""
    word_count = len(words(message.text))
    is_short = not word_count or (word_count <= _MAX_SHORT_WORDS and message.conversation.place is Place.GROUP)
    return MessageClass.CHATTER if is_short and not message.attachments else MessageClass.TIP


def parse_command(text: str, district: District) -> ResidentCommand | None:
    """Return the order that a short message opens with, by the words of the profile."""
    if len(words(text[:_OPENING_LENGTH])) > _MAX_COMMAND_WORDS:  # nearly every report, however long
        return None
    tokens = words(text)
    if len(tokens) > _MAX_COMMAND_WORDS:
        return None
    joined = " ".join(tokens)
    for command in ResidentCommand:
        for phrase in district.words.get(f"command_{command}", ()):
            opens = f"{joined} ".startswith(f"{phrase} ") and contains_phrase(joined, phrase)
            politely = command is ResidentCommand.HELP and len(tokens) <= len(phrase.split()) + _MAX_POLITE_WORDS
            if opens and (politely or extract_receipt(text) or joined == phrase):
                return command
    return None


def extract_receipt(text: str) -> str:
    """Return the receipt that a text names, written the one way it is stored, or ""."""
    match = _RECEIPT.search(text.upper())
    if match is None:
        return ""
    letters = match.group().replace("-", "")
    return f"{letters[:5]}-{letters[5:]}"
