"""A message with all that the rules look at, and what they answer."""

from collections.abc import Callable

from attrs import frozen

from anninh_core.messaging.inbound.talk.commands import Command
from anninh_core.messaging.inbound.talk.history import CaseHistory, TalkCase
from anninh_core.messaging.inbound.talk.message_place import MessagePlace
from anninh_core.messaging.inbound.talk.route import MessageClass, Route
from anninh_core.messaging.inbound.talk.signals import Signals
from anninh_core.vocabulary.messages import InboundMessage

_CLEAR_MARGIN = 0.6
"""Confidence from which an opinion tells a matter of its own from a word more about the one that is told."""

LEFT_ALONE = 0.9
"""Confidence from which small talk is believed to be just that."""

_MAX_SMALL_TALK_WORDS = 10
_MIN_STORY_WORDS = 6


@frozen(kw_only=True)
class MessageInContext:
    """A message, with all that the rules look at.

    Attributes:
        by_opinions: where it goes by its own words alone.
        place: the one place that it names, or was sent from; None for none, or for several.
        alike: cases of the history that share words with it that say what they are about.
        elsewhere: cases of the history that happened at another place than the one it names.
    """

    message: InboundMessage
    history: CaseHistory
    signals: Signals
    by_opinions: Route
    place: MessagePlace | None = None
    elsewhere: frozenset[str] = frozenset()
    alike: frozenset[str] = frozenset()

    @property
    def pointed_at(self) -> str:
        """The case that the message itself points at, by a quote or a receipt; or ""."""
        return self.history.quoted or self.history.named

    @property
    def announces_matter(self) -> bool:
        """Whether it reports another matter that it, or the message before, announces."""
        return self.history.starts_anew or self.signals.opens_another_matter

    @property
    def is_short(self) -> bool:
        """Whether it is no longer than small talk is."""
        return len(self.message.text.split()) <= _MAX_SMALL_TALK_WORDS

    @property
    def is_own_question(self) -> bool:
        """Whether it clearly asks about something else than the case that is told."""
        return self.signals.is_kind("question") and (self.signals.is_procedure or (self.is_clear and not self.is_short))

    @property
    def is_own_act(self) -> bool:
        """Whether it clearly tells of an act, with a time or a place of its own, and in more than a few words."""
        is_told = len(self.message.text.split()) >= _MIN_STORY_WORDS
        return bool(self.signals.category) and self.is_clear and self.signals.has_circumstance and is_told

    @property
    def is_clear(self) -> bool:
        """Whether the opinion that decides is sure of itself."""
        opinion = self.signals.opinion
        return opinion is not None and opinion.confidence >= _CLEAR_MARGIN

    @property
    def is_surely_nothing(self) -> bool:
        """Whether what is taken for small talk is believed to be just that, without a look."""
        opinion = self.signals.opinion
        return opinion is not None and opinion.confidence >= LEFT_ALONE


Outcome = Callable[[MessageInContext], Route | None]


@frozen
class TalkRule:
    """A rule of the talk.

    Attributes:
        name: under which it stands among a message's reasons.
        meaning: what it says, for the documentation.
        apply: returns where the message goes, None where the rule doesn't fit.
    """

    name: str
    meaning: str
    apply: Outcome


def continue_case(
    case: str,
    why: str,
    *,
    emergency: bool = False,
    objects: bool = False,
    withdraws: bool = False,
    second_matter: bool = False,
) -> Route:
    """Return that a message belongs to a case."""
    return Route(
        message_class=MessageClass.CONTINUATION,
        case=case,
        emergency=emergency,
        objects=objects,
        withdraws=withdraws,
        second_matter=second_matter,
        reasons=(why,),
    )


def leave_in_doubt(candidates: tuple[TalkCase, ...], why: str) -> Route:
    """Return that a person decides to which of some cases a message belongs."""
    return Route(
        message_class=MessageClass.UNASSIGNED, candidates=tuple(case.ref for case in candidates), reasons=(why,)
    )


def continue_one(
    cases: tuple[TalkCase, ...],
    why: str,
    *,
    objects: bool = False,
    withdraws: bool = False,
    second_matter: bool = False,
) -> Route | None:
    """Return the only one of some cases, doubt between several, None for none."""
    if len(cases) > 1:
        return leave_in_doubt(cases, f"{why}, but which of {len(cases)}")
    if not cases:
        return None
    return continue_case(cases[0].ref, why, objects=objects, withdraws=withdraws, second_matter=second_matter)


def order_of(command: Command, why: str) -> Route:
    """Return that a message orders something."""
    return Route(
        message_class=MessageClass.COMMAND,
        command=command.what,
        receipt=command.receipt,
        mistyped=command.mistyped,
        words=command.words,
        reasons=(why,),
    )


def leave_alone(why: str) -> Route:
    """Return that nothing has to be done about a message."""
    return Route(message_class=MessageClass.CHATTER, reasons=(why,))
