"""The rules by which a resident's message finds its case, in the order in which they are tried: the first that fits.

When in doubt it is a tip: a tip taken for chatter is lost, chatter taken for a tip costs an officer a look. When in
doubt between two cases nothing is guessed: the resident is asked once, and a person decides if they don't answer.
"""

from anninh_core.messaging.inbound.route import MessageClass, Route
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.said import (
    Outcome,
    Said,
    TalkRule,
    continue_case,
    continue_one,
    leave_alone,
    leave_in_doubt,
    order_of,
)
from anninh_core.messaging.inbound.talk.state import TalkCase


def order_alone(said: Said) -> Route | None:
    """An order without another word is obeyed, whatever an opinion takes it for."""
    command = said.signals.command
    return order_of(command, f"order: {command.what}") if command is not None and command.is_bare else None


def danger_in_a_named_case(said: Said) -> Route | None:
    """Danger in a message that quotes a case, or names its receipt, belongs there."""
    case = said.pointed_at
    return (
        continue_case(case, "danger, told of the case it names", emergency=True)
        if case and said.signals.is_danger
        else None
    )


def danger_in_an_emergency(said: Said) -> Route | None:
    """Danger a short while after an emergency is more about that."""
    if said.signals.is_danger and (case := said.talk.emergency) is not None:
        return continue_case(case.ref, "danger, minutes after the same resident told of danger", emergency=True)
    return None


def danger(said: Said) -> Route | None:
    """Any other danger is a tip of its own, whatever else goes on."""
    return said.by_opinions if said.signals.is_danger else None


def data_right(said: Said) -> Route | None:
    """A request about data of one's own is noted; with words that tell of something else, that is heard besides.

    Where those words tell nothing by themselves, a person looks at them: they are no answer to what goes on, so that
    nobody learns from ours that anything does.
    """
    order = said.signals.rights
    if order is None:
        return None
    tells = said.pointed_at or said.signals.category or said.signals.has_circumstance or said.signals.command
    if not order.is_alone and tells:
        return None
    return Route(
        message_class=MessageClass.COMMAND,
        command=ResidentCommand.RIGHTS,
        needs_look=not order.is_alone,
        reasons=(f"asks about data of their own: {order.kind}",),
    )


def choice(said: Said) -> Route | None:
    """A number answers our question which case is meant."""
    number = said.signals.number
    asked = said.talk.asked
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
    return order_of(command, f"order: {command.what}")


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
    objects = said.signals.objects and is_over
    withdraws = said.signals.withdraws and not is_over
    return continue_case(ref, why, objects=objects, withdraws=withdraws)


def _is_waiting(case: TalkCase | None) -> bool:
    return case is not None and case.is_waiting


def thanks(said: Said) -> Route | None:
    """Thanks without another word needs nobody."""
    return leave_alone("nothing but thanks") if said.signals.is_thanks else None


def withdrawal(said: Said) -> Route | None:
    """Words of taking back are a request about the tip that goes on; an officer decides."""
    if not said.signals.withdraws:
        return None
    current = tuple(case for case in said.talk.current if case.is_tip)
    return continue_one(current or said.talk.open_tips, "words of taking back", withdraws=True)


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
    return continue_one(waiting, "the case waits for this reporter", second_matter=tells_more and said.is_clear)


def courtesy(said: Said) -> Route | None:
    """Assent and courtesy without another word need nobody."""
    return leave_alone("nothing but courtesy") if said.signals.is_courtesy else None


def objection(said: Said) -> Route | None:
    """Words of objection after an answer ask to open that tip again; a person decides.

    While something else is told they belong to that, unless the answer came after its last word: then it is in doubt.
    """
    if not said.signals.objects:
        return None
    told = max((case.heard_at for case in said.talk.current), default=None)
    answered = tuple(case for case in said.talk.answered if told is None or (case.ended_at and case.ended_at > told))
    beside = tuple(case for case in said.talk.current if case.is_tip)
    if answered and beside:
        return None if said.is_own_act else leave_in_doubt((*answered, *beside), "objects to an answer, or tells more")
    return continue_one(answered, "objects to an answer", objects=True)


def nothing_said(said: Said) -> Route | None:
    """Stickers and emoji say nothing."""
    return leave_alone("nothing but stickers") if said.signals.is_wordless and not said.signals.has_media else None


def side_by_side(said: Said) -> Route | None:
    """Where two cases are told side by side, what names neither and tells nothing of its own is in doubt."""
    current = said.talk.current
    if len(current) < 2 or said.is_own_question:
        return None
    of_its_kind = tuple(case for case in current if said.signals.category and case.category == said.signals.category)
    if said.is_own_act and not of_its_kind:
        return None
    return continue_one(of_its_kind or current, "two cases are told side by side")


def picture(said: Said) -> Route | None:
    """A picture, a place or a voice without words belongs to what is being told."""
    soon = said.talk.heard_within(said.talk.rules.joins_within)
    return continue_case(soon[0].ref, "follows within minutes") if said.signals.is_wordless and soon else None


def more_of_a_question(said: Said) -> Route | None:
    """What follows a question belongs to it, unless it is clearly something else."""
    current = said.talk.current
    if not current or current[0].is_tip:
        return None
    soon = said.talk.at - current[0].heard_at <= said.talk.rules.joins_within
    if said.signals.opinion is None or (said.signals.tells("question") and soon):
        return continue_case(current[0].ref, "goes on with the question")
    return None


def question_beside_a_tip(said: Said) -> Route | None:
    """A clear question on procedures is one, also while a tip is being told."""
    current = said.talk.current
    return said.by_opinions if current and current[0].is_tip and said.is_own_question else None


def small_talk(said: Said) -> Route | None:
    """A few words of small talk need nobody; while a tip is being told, only what surely is nothing else.

    What may be a piece of the story stands with it, where whoever reads the tip sees it too.
    """
    is_small = said.signals.tells("chatter") and said.is_short and not said.signals.is_wordless
    current = said.talk.current
    if current and current[0].is_tip and not said.is_surely_nothing:
        return None
    return said.by_opinions if is_small else None


def more_of_a_tip(said: Said) -> Route | None:
    """What follows a tip while its talk goes on belongs to it.

    An act of another kind, with a time or a place of its own, is a tip of its own. The same kind told again after a
    while, or another one told in passing, is joined and marked as what may be a second matter.
    """
    current = said.talk.current
    if not current or not current[0].is_tip or said.signals.is_wordless:
        return None
    case = current[0]
    signals = said.signals
    soon = said.talk.at - case.heard_at <= said.talk.rules.joins_within
    is_other = bool(signals.category) and bool(case.category) and signals.category != case.category
    if is_other and said.is_own_act:
        return said.by_opinions
    is_second = bool(signals.category) and (is_other or not soon)
    why = "told within minutes" if soon else "the talk about the case goes on"
    return continue_case(case.ref, why, second_matter=is_second and signals.has_circumstance)


def own_words(said: Said) -> Route | None:
    """Anything else is what its own words make of it."""
    return said.by_opinions


_ORDERED: tuple[Outcome, ...] = (
    order_alone,
    danger_in_a_named_case,
    danger_in_an_emergency,
    danger,
    data_right,
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

RULES = tuple(
    TalkRule(rule.__name__, " ".join((rule.__doc__ or "").split("\n\n")[0].split()), rule) for rule in _ORDERED
)
"""All rules, in the order in which they are tried; the documentation's table is made of them."""


def find_route(said: Said) -> Route:
    """Return where a message of a resident goes, by the first rule that fits."""
    return next(route for rule in RULES if (route := rule.apply(said)) is not None)
