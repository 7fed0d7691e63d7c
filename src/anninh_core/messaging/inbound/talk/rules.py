"""The rules by which a resident's message finds its case, in the order in which they are tried: the first that fits.

When in doubt it is a tip: a tip taken for chatter is lost, chatter taken for a tip costs an officer a look. When in
doubt between two cases nothing is guessed: the resident is asked once, and a person decides if they don't answer.
"""

from collections.abc import Callable

from attrs import frozen

from anninh_core.messaging.inbound.route import MessageClass, Route
from anninh_core.messaging.inbound.talk.commands import Command, ResidentCommand
from anninh_core.messaging.inbound.talk.signals import Signals
from anninh_core.messaging.inbound.talk.state import TalkCase, TalkState
from anninh_core.vocabulary.messages import InboundMessage

_CLEAR_MARGIN = 0.6
"""Confidence from which an opinion tells a matter of its own from a word more about the one that is told."""

_MAX_SMALL_TALK_WORDS = 10
_MIN_STORY_WORDS = 6


@frozen(kw_only=True)
class Said:
    """A message, with all that the rules ask about it."""

    message: InboundMessage
    talk: TalkState
    signals: Signals
    by_opinions: Route

    @property
    def pointed_at(self) -> str:
        """The case that the message itself points at, by a quote or a receipt; or ""."""
        return self.talk.quoted or self.talk.named

    @property
    def is_short(self) -> bool:
        """Whether it is no longer than small talk is."""
        return len(self.message.text.split()) <= _MAX_SMALL_TALK_WORDS

    @property
    def is_own_question(self) -> bool:
        """Whether it clearly asks about something else than the case that is told."""
        return self.signals.tells("question") and (self.signals.is_procedure or (self.is_clear and not self.is_short))

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


Outcome = Callable[[Said], Route | None]


@frozen
class Rule:
    """A rule of the talk.

    Attributes:
        name: under which it stands among a message's reasons.
        meaning: what it says, for the documentation.
        apply: returns where the message goes, None where the rule doesn't fit.
    """

    name: str
    meaning: str
    apply: Outcome


def _continue(
    case: str,
    why: str,
    *,
    emergency: bool = False,
    objects: bool = False,
    withdraws: bool = False,
    second_matter: bool = False,
) -> Route:
    return Route(
        message_class=MessageClass.CONTINUATION,
        case=case,
        emergency=emergency,
        objects=objects,
        withdraws=withdraws,
        second_matter=second_matter,
        reasons=(why,),
    )


def _in_doubt(candidates: tuple[TalkCase, ...], why: str) -> Route:
    return Route(
        message_class=MessageClass.UNASSIGNED, candidates=tuple(case.ref for case in candidates), reasons=(why,)
    )


def _one_or_doubt(
    cases: tuple[TalkCase, ...],
    why: str,
    *,
    objects: bool = False,
    withdraws: bool = False,
    second_matter: bool = False,
) -> Route | None:
    """Return the only one of some cases, doubt between several, None for none."""
    if len(cases) > 1:
        return _in_doubt(cases, f"{why}, but which of {len(cases)}")
    if not cases:
        return None
    return _continue(cases[0].ref, why, objects=objects, withdraws=withdraws, second_matter=second_matter)


def _order(command: Command, why: str) -> Route:
    return Route(
        message_class=MessageClass.COMMAND,
        command=command.what,
        receipt=command.receipt,
        mistyped=command.mistyped,
        words=command.words,
        reasons=(why,),
    )


def danger_in_a_named_case(said: Said) -> Route | None:
    """Danger in a message that quotes a case, or names its receipt, belongs there."""
    case = said.pointed_at
    return (
        _continue(case, "danger, told of the case it names", emergency=True)
        if case and said.signals.is_danger
        else None
    )


def danger_in_an_emergency(said: Said) -> Route | None:
    """Danger a short while after an emergency is more about that."""
    if said.signals.is_danger and (case := said.talk.emergency) is not None:
        return _continue(case.ref, "danger, minutes after the same resident told of danger", emergency=True)
    return None


def danger(said: Said) -> Route | None:
    """Any other danger is a tip of its own, whatever else goes on."""
    return said.by_opinions if said.signals.is_danger else None


def choice(said: Said) -> Route | None:
    """A number answers our question which case is meant."""
    number, asked = said.signals.number, said.talk.asked
    if asked and 0 < number <= len(asked) + 1:
        chosen = asked[number - 1] if number <= len(asked) else ""
        why = f"answers our question by {number}"
        return Route(message_class=MessageClass.COMMAND, command=ResidentCommand.CHOOSE, case=chosen, reasons=(why,))
    return None


def order(said: Said) -> Route | None:
    """A word of order is obeyed."""
    command = said.signals.command
    is_plea = said.signals.tells("tip") and said.is_clear
    if command is None or (command.what is ResidentCommand.HELP and is_plea and not command.is_bare):
        return None  # whoever calls for help and tells of something reports it
    return _order(command, f"order: {command.what}")


def appeal(said: Said) -> Route | None:
    """Who quotes what was told about a post of theirs, or objects to it, appeals."""
    talk = said.talk
    if not talk.ruling or said.signals.is_wordless or said.signals.is_courtesy:
        return None
    newest_answer = max((case.ended_at for case in talk.answered if case.ended_at), default=None)
    told_last = newest_answer is None or (talk.ruled_at is not None and talk.ruled_at >= newest_answer)
    if talk.quotes_ruling or (said.signals.objects and told_last and not talk.current and not said.pointed_at):
        why = "objects to what was done about a post"
        return Route(
            message_class=MessageClass.COMMAND, command=ResidentCommand.APPEAL, case=talk.ruling, reasons=(why,)
        )
    return None


def named_case(said: Said) -> Route | None:
    """A quote or a receipt names the case; thanks for it is thanks."""
    ref = said.pointed_at
    if not ref or (said.signals.is_thanks and not _is_waiting(said.talk.case(ref))):
        return None
    why = "quotes a message of the case" if said.talk.quoted else "names the receipt of the case"
    case = said.talk.case(ref)
    is_over = case is not None and not case.is_open
    objects, withdraws = said.signals.objects and is_over, said.signals.withdraws and not is_over
    return _continue(ref, why, objects=objects, withdraws=withdraws)


def _is_waiting(case: TalkCase | None) -> bool:
    return case is not None and case.is_waiting


def thanks(said: Said) -> Route | None:
    """Thanks without another word needs nobody."""
    return _chatter("nothing but thanks") if said.signals.is_thanks else None


def withdrawal(said: Said) -> Route | None:
    """Words of taking back are a request about the tip that goes on; an officer decides."""
    if not said.signals.withdraws:
        return None
    current = tuple(case for case in said.talk.current if case.is_tip)
    return _one_or_doubt(current or said.talk.open_tips, "words of taking back", withdraws=True)


def another_matter(said: Said) -> Route | None:
    """After the resident said that another matter follows, it does."""
    return said.by_opinions if said.talk.starts_anew and not said.signals.is_courtesy else None


def unrelated_question(said: Said) -> Route | None:
    """While a tip waits for an answer, a clear question on something else is a question."""
    return said.by_opinions if said.talk.waiting and said.is_own_question else None


def answer(said: Said) -> Route | None:
    """What is said while one case waits for its reporter is the answer; of several, which one is in doubt."""
    waiting = said.talk.waiting
    tells_more = bool(said.signals.category) and any(case.category != said.signals.category for case in waiting)
    return _one_or_doubt(waiting, "the case waits for this reporter", second_matter=tells_more and said.is_clear)


def courtesy(said: Said) -> Route | None:
    """Assent and courtesy without another word need nobody."""
    return _chatter("nothing but courtesy") if said.signals.is_courtesy else None


def objection(said: Said) -> Route | None:
    """Words of objection after an answer ask to open that tip again; a person decides."""
    if not said.signals.objects or said.talk.current:
        return None
    return _one_or_doubt(said.talk.answered, "objects to an answer", objects=True)


def nothing_said(said: Said) -> Route | None:
    """Stickers and emoji say nothing."""
    return _chatter("nothing but stickers") if said.signals.is_wordless and not said.signals.has_media else None


def side_by_side(said: Said) -> Route | None:
    """Where two cases are told side by side, what names neither and tells nothing of its own is in doubt."""
    current = said.talk.current
    if len(current) < 2 or said.is_own_question:
        return None
    of_its_kind = tuple(case for case in current if said.signals.category and case.category == said.signals.category)
    if said.is_own_act and not of_its_kind:
        return None
    return _one_or_doubt(of_its_kind or current, "two cases are told side by side")


def picture(said: Said) -> Route | None:
    """A picture, a place or a voice without words belongs to what is being told."""
    soon = said.talk.heard_within(said.talk.rules.joins_within)
    return _continue(soon[0].ref, "follows within minutes") if said.signals.is_wordless and soon else None


def more_of_a_question(said: Said) -> Route | None:
    """What follows a question belongs to it, unless it is clearly something else."""
    current = said.talk.current
    if not current or current[0].is_tip:
        return None
    soon = said.talk.at - current[0].heard_at <= said.talk.rules.joins_within
    if said.signals.opinion is None or (said.signals.tells("question") and soon):
        return _continue(current[0].ref, "goes on with the question")
    return None


def question_beside_a_tip(said: Said) -> Route | None:
    """A clear question on procedures is one, also while a tip is being told."""
    current = said.talk.current
    return said.by_opinions if current and current[0].is_tip and said.is_own_question else None


def small_talk(said: Said) -> Route | None:
    """A few words of small talk need nobody, also while a tip is being told."""
    is_small = said.signals.tells("chatter") and said.is_short and not said.signals.is_wordless
    return said.by_opinions if is_small else None


def more_of_a_tip(said: Said) -> Route | None:
    """What follows a tip while its talk goes on belongs to it.

    An act of another kind, with a time or a place of its own, is a tip of its own. The same kind told again after a
    while, or another one told in passing, is joined and marked as what may be a second matter.
    """
    current = said.talk.current
    if not current or not current[0].is_tip or said.signals.is_wordless:
        return None
    case, signals = current[0], said.signals
    soon = said.talk.at - case.heard_at <= said.talk.rules.joins_within
    is_other = bool(signals.category) and bool(case.category) and signals.category != case.category
    if is_other and said.is_own_act:
        return said.by_opinions
    is_second = bool(signals.category) and (is_other or not soon)
    why = "told within minutes" if soon else "the talk about the case goes on"
    return _continue(case.ref, why, second_matter=is_second and signals.has_circumstance)


def own_words(said: Said) -> Route | None:
    """Anything else is what its own words make of it."""
    return said.by_opinions


def _chatter(why: str) -> Route:
    return Route(message_class=MessageClass.CHATTER, reasons=(why,))


_ORDERED: tuple[Outcome, ...] = (
    danger_in_a_named_case,
    danger_in_an_emergency,
    danger,
    choice,
    order,
    appeal,
    named_case,
    thanks,
    nothing_said,
    withdrawal,
    another_matter,
    unrelated_question,
    answer,
    courtesy,
    objection,
    side_by_side,
    picture,
    more_of_a_question,
    question_beside_a_tip,
    small_talk,
    more_of_a_tip,
    own_words,
)

RULES = tuple(Rule(rule.__name__, " ".join((rule.__doc__ or "").split("\n\n")[0].split()), rule) for rule in _ORDERED)
"""All rules, in the order in which they are tried; the documentation's table is made of them."""


def find_route(said: Said) -> Route:
    """Return where a message of a resident goes, by the first rule that fits."""
    return next(route for rule in RULES if (route := rule.apply(said)) is not None)
