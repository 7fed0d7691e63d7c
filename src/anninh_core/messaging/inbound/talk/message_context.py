"""The input and output of the rules of a talk: a message with its context, and the routes that the rules return."""

from collections.abc import Callable

from attrs import frozen

from anninh_core.messaging.inbound.talk.commands import Command
from anninh_core.messaging.inbound.talk.history import CaseHistory, TalkCase
from anninh_core.messaging.inbound.talk.message_place import MessagePlace
from anninh_core.messaging.inbound.talk.route import MessageClass, Route
from anninh_core.messaging.inbound.talk.signals import Signals
from anninh_core.vocabulary.messages import InboundMessage

_CLEAR_MARGIN = 0.6
"""Minimum confidence of an opinion that separates a new matter from an addition to the current case."""

LEFT_ALONE = 0.9
"""Minimum confidence of an opinion for small talk that is accepted without a check."""

_MAX_SMALL_TALK_WORDS = 10
_MIN_STORY_WORDS = 6


@frozen(kw_only=True)
class MessageInContext:
    """A resident's message with its context, the input of the rules of a talk.

    Attributes:
        by_opinions: its route by its own text alone.
        place: the only place that it names, or was sent from; None for none or several.
        alike: refs of the history's cases with similar content words.
        elsewhere: refs of the history's cases that happened at another place than the message names.
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
        """The case that the message names by a quote or a receipt; "" for none."""
        return self.history.quoted or self.history.named

    @property
    def announces_matter(self) -> bool:
        """Whether the message reports another matter, which the resident announced in the same or the previous
        message.
        """
        return self.history.starts_anew or self.signals.opens_another_matter

    @property
    def is_short(self) -> bool:
        """Whether the message is no longer than small talk."""
        return len(self.message.text.split()) <= _MAX_SMALL_TALK_WORDS

    @property
    def is_own_question(self) -> bool:
        """Whether the message clearly asks about something other than the current case."""
        return self.signals.is_kind("question") and (
            self.signals.is_procedure or (self.has_clear_opinion and not self.is_short)
        )

    @property
    def is_own_act(self) -> bool:
        """Whether the message clearly reports an act, with its own time or place, and in more than a few words."""
        is_long_enough = len(self.message.text.split()) >= _MIN_STORY_WORDS
        return (
            bool(self.signals.category) and self.has_clear_opinion and self.signals.has_circumstance and is_long_enough
        )

    @property
    def has_clear_opinion(self) -> bool:
        """Whether the deciding opinion has a high confidence."""
        opinion = self.signals.opinion
        return opinion is not None and opinion.confidence >= _CLEAR_MARGIN

    @property
    def is_certain_small_talk(self) -> bool:
        """Whether the message is small talk that needs no check."""
        opinion = self.signals.opinion
        return opinion is not None and opinion.confidence >= LEFT_ALONE


Outcome = Callable[[MessageInContext], Route | None]


@frozen
class TalkRule:
    """A rule that assigns a resident's message to its case.

    Attributes:
        name: name in a message's reasons.
        meaning: description for the documentation.
        apply: returns the route of the message, or None if the rule doesn't match.
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
    """Return a route that adds the message to a case."""
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
    """Return a route that lets an officer choose the message's case among candidates."""
    return Route(
        message_class=MessageClass.UNASSIGNED, candidates=tuple(case.ref for case in candidates), reasons=(why,)
    )


def continue_only_case(
    cases: tuple[TalkCase, ...],
    why: str,
    *,
    objects: bool = False,
    withdraws: bool = False,
    second_matter: bool = False,
) -> Route | None:
    """Return a route to the case if there is only one, a route for an officer's choice if there are several, or None if
    there is none.
    """
    if len(cases) > 1:
        return leave_in_doubt(cases, f"{why}, but which of {len(cases)}")
    if not cases:
        return None
    return continue_case(cases[0].ref, why, objects=objects, withdraws=withdraws, second_matter=second_matter)


def route_command(command: Command, why: str) -> Route:
    """Return a route that runs a command."""
    return Route(
        message_class=MessageClass.COMMAND,
        command=command.what,
        receipt=command.receipt,
        mistyped=command.mistyped,
        words=command.words,
        reasons=(why,),
    )


def route_small_talk(why: str) -> Route:
    """Return a route for small talk, which requires no action."""
    return Route(message_class=MessageClass.CHATTER, reasons=(why,))
