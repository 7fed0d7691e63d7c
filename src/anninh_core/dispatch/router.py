"""What an inbound message is: pure rules over what is known of the conversation and what the opinions say.

When in doubt it is a tip: a tip taken for chatter is lost, chatter taken for a tip costs an officer a look.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from attrs import frozen

from anninh_core.kernel.text import contains_phrase, words
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import InboundMessage, Place
from anninh_core.vocabulary.opinions import TriageOpinion

_RECEIPT = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{5}-?[0-9A-HJKMNP-TV-Z]{5}\b")


class Turn(StrEnum):
    """What is done with a message."""

    TIP = "tip"
    QUESTION = "question"
    CHATTER = "chatter"
    COMMAND = "command"
    CONTINUATION = "continuation"
    UNSUITABLE = "unsuitable"


class Order(StrEnum):
    """What a reporter can order by a word."""

    STATE = "state"
    WITHDRAW = "withdraw"
    HELP = "help"


@frozen(kw_only=True)
class Known:
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
    """The router's answer, with reasons that an officer can check."""

    turn: Turn
    category: str = ""
    emergency: bool = False
    case: str = ""
    order: Order | None = None
    receipt: str = ""
    reasons: tuple[str, ...] = ()


def route(message: InboundMessage, known: Known, opinions: Sequence[TriageOpinion], district: District) -> Route:
    """Decide what a message is. Danger is never put down to a case that happens to wait for the same reporter."""
    order = ordered(message.text, district)
    if order is not None and message.conversation.place is Place.PERSON and not _pleads(order, opinions):
        return Route(turn=Turn.COMMAND, order=order, receipt=receipt_in(message.text), reasons=(f"order: {order}",))
    danger = next((opinion for opinion in opinions if opinion.emergency), None)
    if known.replied_case:
        why = ("quotes a message of the case",)
        return Route(turn=Turn.CONTINUATION, case=known.replied_case, emergency=danger is not None, reasons=why)
    if known.waiting_case and danger is None:
        return Route(turn=Turn.CONTINUATION, case=known.waiting_case, reasons=("the case waits for this reporter",))
    if not message.text.strip() and danger is None:
        return _wordless(message, known)
    best = danger or max(opinions, key=lambda opinion: opinion.confidence, default=None)
    if best is None:
        return Route(turn=_unrecognised(message), reasons=("no opinion",))
    turn = Turn.TIP if best.emergency else Turn(best.kind) if best.kind in _BY_OPINION else Turn.TIP
    if turn is Turn.CHATTER and message.conversation.place is Place.PERSON and len(words(message.text)) > _SMALL_TALK:
        turn = Turn.TIP  # a greeting may open a long report in words that nobody recognised
    reasons = (f"{best.by}: {best.reason}",)
    return Route(turn=turn, category=best.category, emergency=best.emergency, reasons=reasons)


def _pleads(order: Order, opinions: Sequence[TriageOpinion]) -> bool:
    """Tell whether a call for help is meant in earnest: its other words tell of something."""
    return order is Order.HELP and any(opinion.emergency or opinion.kind == "tip" for opinion in opinions)


_BY_OPINION = frozenset({"question", "chatter", "unsuitable"})
_SHORT = 4
_POLITE = 2  # words such as "cháu với" that may follow a call for help
_SMALL_TALK = 10
_LONGEST_ORDER = 8  # words
_OPENING = 80  # characters


def _wordless(message: InboundMessage, known: Known) -> Route:
    telling = [a for a in message.attachments if a.kind != "sticker"]
    if not telling:
        return Route(turn=Turn.CHATTER, reasons=("nothing but stickers",))
    if known.fresh_case:
        return Route(turn=Turn.CONTINUATION, case=known.fresh_case, reasons=("follows a tip within minutes",))
    return Route(turn=Turn.TIP, reasons=(f"no words, but {telling[0].kind}: a person must look",))


def _unrecognised(message: InboundMessage) -> Turn:
    """Return chatter for a few words in a group or none at all (emoji), a tip for what nobody recognised."""
    spoken = len(words(message.text))
    few = not spoken or (spoken <= _SHORT and message.conversation.place is Place.GROUP)
    return Turn.CHATTER if few and not message.attachments else Turn.TIP


def ordered(text: str, district: District) -> Order | None:
    """Return the order that a short message opens with, by the words of the profile."""
    if len(words(text[:_OPENING])) > _LONGEST_ORDER:  # nearly every report, however long
        return None
    spoken = words(text)
    if len(spoken) > _LONGEST_ORDER:
        return None
    joined = " ".join(spoken)
    for order in Order:
        for phrase in district.words.get(f"command_{order}", ()):
            opens = f"{joined} ".startswith(f"{phrase} ") and contains_phrase(joined, phrase)
            politely = order is Order.HELP and len(spoken) <= len(phrase.split()) + _POLITE
            if opens and (politely or receipt_in(text) or joined == phrase):
                return order
    return None


def receipt_in(text: str) -> str:
    """Return the receipt that a text names, written the one way it is stored, or ""."""
    found = _RECEIPT.search(text.upper())
    if found is None:
        return ""
    letters = found.group().replace("-", "")
    return f"{letters[:5]}-{letters[5:]}"
