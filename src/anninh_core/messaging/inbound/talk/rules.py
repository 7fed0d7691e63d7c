"""The rules by which a resident's message finds its case, in the order in which they are tried: the first that fits.

When in doubt it is a tip: a tip taken for chatter is lost, chatter taken for a tip costs an officer a look. When in
doubt between two cases nothing is guessed: the resident is asked once, and a person decides if they don't answer.
"""

from attrs import evolve

from anninh_core.domain.conversations.talk import QuestionKind
from anninh_core.messaging.inbound.talk.accusations import Accusation
from anninh_core.messaging.inbound.talk.commands import ResidentCommand, extract_receipt
from anninh_core.messaging.inbound.talk.danger_rules import route_danger
from anninh_core.messaging.inbound.talk.follow_up_words import StateQuestion
from anninh_core.messaging.inbound.talk.history import TalkCase
from anninh_core.messaging.inbound.talk.message_context import (
    MessageInContext,
    Outcome,
    TalkRule,
    continue_case,
    continue_one,
    leave_alone,
    leave_in_doubt,
    order_of,
)
from anninh_core.messaging.inbound.talk.message_place import place_of_case
from anninh_core.messaging.inbound.talk.route import MessageClass, Route


def order_alone(message: MessageInContext) -> Route | None:
    """An order without another word is obeyed, whatever an opinion takes it for."""
    command = message.signals.command
    return order_of(command, f"order: {command.what}") if command is not None and command.is_bare else None


def danger(message: MessageInContext) -> Route | None:
    """Danger goes by the rules for danger, whatever else goes on."""
    return route_danger(message)


def accusation(message: MessageInContext) -> Route | None:
    """An accusation of an official or a unit is locked for their supervisor."""
    accused = message.signals.accusation
    return None if accused is None else lock_accusation(message, accused)


def lock_accusation(message: MessageInContext, accused: Accusation) -> Route:
    """Return where an accusation goes: to a case of its own, or on with one that was locked a short while ago.

    Every other running case keeps its unit.
    """
    history = message.history
    locked = [case for case in history.open_cases_within(history.rules.continues_for) if case.is_locked]
    pointed = history.pointed_case
    if pointed is not None and pointed.is_locked and pointed.is_open:
        locked.insert(0, pointed)
    if locked:
        route = continue_case(locked[0].ref, "accuses an official or a unit, as the case does")
        return evolve(route, accusation=accused)
    opinion = message.by_opinions
    return Route(
        message_class=MessageClass.TIP,
        category=opinion.category,
        guidance="whistleblow",
        reasons=(*opinion.reasons, "accuses an official or a unit"),
        look_first=opinion.look_first,
        place=message.place,
        accusation=accused,
    )


def data_right(message: MessageInContext) -> Route | None:
    """A request about data of one's own is noted; with words that tell of something else, that is heard besides.

    Where those words tell nothing by themselves, a person looks at them: they are no answer to what goes on, so that
    nobody learns from ours that anything does.
    """
    order = message.signals.rights
    if order is None:
        return None
    tells = (
        message.pointed_at or message.signals.category or message.signals.has_circumstance or message.signals.command
    )
    if not order.is_alone and tells:
        return None
    return Route(
        message_class=MessageClass.COMMAND,
        command=ResidentCommand.RIGHTS,
        needs_look=not order.is_alone,
        reasons=(f"asks about data of their own: {order.kind}",),
    )


def digit(message: MessageInContext) -> Route | None:
    """A number answers the newest question, as long as the profile's minutes last; so do yes and no to danger."""
    question = message.history.question
    if question is None:
        return None
    number = message.signals.number
    if question.kind is QuestionKind.DANGER:
        number = 1 if message.signals.is_yes else 2 if message.signals.is_no else number
    if not 0 < number <= question.choices:
        return None
    why = f"answers our question ({question.kind}) by {number}"
    if question.kind is QuestionKind.WHICH:
        asked = message.history.asked
        chosen = asked[number - 1] if number <= len(asked) else ""
        return Route(message_class=MessageClass.COMMAND, command=ResidentCommand.CHOOSE, case=chosen, reasons=(why,))
    case = message.history.case(question.case)
    is_danger = question.kind is QuestionKind.DANGER and number == 1
    if case is not None and case.is_locked and is_danger:
        place = place_of_case(case)
        return Route(message_class=MessageClass.TIP, emergency=True, place=place, reasons=(why,))
    if case is None or not case.is_worked_on:
        return Route(message_class=MessageClass.TIP, emergency=True, reasons=(why,)) if is_danger else None
    if question.kind is QuestionKind.DANGER and number > 1:
        return Route(
            message_class=MessageClass.COMMAND, command=ResidentCommand.DENY, case=question.case, reasons=(why,)
        )
    route = continue_case(question.case, why, emergency=question.kind is QuestionKind.DANGER)
    return evolve(route, answers=question.kind)


def order(message: MessageInContext) -> Route | None:
    """A word of order is obeyed."""
    command = message.signals.command
    is_plea = message.signals.is_kind("tip") and message.is_clear
    if command is None or (command.what is ResidentCommand.HELP and is_plea and not command.is_bare):
        return None  # whoever calls for help and tells of something reports it
    return order_of(command, f"order: {command.what}")


def state_question(message: MessageInContext) -> Route | None:
    """A question about the state of a report is answered by receipts and states; one that names a case by that case's.

    Where it may ask something else about a report, an officer answers it as well.
    """
    certainty = message.signals.state_question
    if certainty is StateQuestion.NONE or message.is_own_act:
        return None
    has_tips = any(case.is_tip for case in message.history.cases)
    if certainty is StateQuestion.POSSIBLE:
        question = evolve(message.by_opinions, message_class=MessageClass.QUESTION, category="", shows_states=True)
        asks = has_tips and not message.pointed_at and not message.signals.is_kind("tip")
        return question if asks else None
    if certainty is StateQuestion.BRIEF and not has_tips:
        return None
    case = message.history.pointed_case
    quoted = case.receipt if case is not None and not case.is_private else ""
    return Route(
        message_class=MessageClass.COMMAND,
        command=ResidentCommand.STATE,
        receipt=extract_receipt(message.message.text) or quoted,
        reasons=("asks for the state of a report",),
    )


def appeal(message: MessageInContext) -> Route | None:
    """Who quotes what was told about a post of theirs, or objects to it, appeals."""
    talk = message.history
    if not talk.ruling or message.signals.is_wordless or message.signals.is_courtesy:
        return None
    newest_answer = max((case.ended_at for case in talk.answered if case.ended_at), default=None)
    told_last = newest_answer is None or (talk.ruled_at is not None and talk.ruled_at >= newest_answer)
    if talk.quotes_ruling or (message.signals.objects and told_last and not talk.current and not message.pointed_at):
        why = "objects to what was done about a post"
        return Route(
            message_class=MessageClass.COMMAND, command=ResidentCommand.APPEAL, case=talk.ruling, reasons=(why,)
        )
    return None


def named_case(message: MessageInContext) -> Route | None:
    """A quote or a receipt names the case; thanks for it is thanks."""
    ref = message.pointed_at
    if not ref or (message.signals.is_thanks and not _is_waiting(message.history.case(ref))):
        return None
    why = "quotes a message of the case" if message.history.quoted else "names the receipt of the case"
    case = message.history.case(ref)
    is_over = case is not None and not case.is_open
    objects = message.signals.objects and is_over
    withdraws = message.signals.withdraws and not is_over
    return continue_case(ref, why, objects=objects, withdraws=withdraws)


def _is_waiting(case: TalkCase | None) -> bool:
    return case is not None and case.is_waiting


def correction(message: MessageInContext) -> Route | None:
    """Words that it is over, or was no danger, mark the case; who works on it is notified, and an officer ends it."""
    if not message.signals.is_correction or message.signals.withdraws:
        return None
    pointed = message.history.pointed_case
    newest = next((case for case in message.history.open_cases_within(message.history.rules.continues_for)), None)
    case = pointed or message.history.emergency or newest
    if case is None or not case.is_tip or not case.is_open:
        return None
    return evolve(continue_case(case.ref, "says that it is over, or was no danger"), corrects=True)


def thanks(message: MessageInContext) -> Route | None:
    """Thanks without another word needs nobody."""
    return leave_alone("nothing but thanks") if message.signals.is_thanks else None


def withdrawal(message: MessageInContext) -> Route | None:
    """Words of taking back are a request about the tip that goes on; an officer decides."""
    if not message.signals.withdraws:
        return None
    current = tuple(case for case in message.history.current if case.is_tip)
    return continue_one(current or message.history.open_tips, "words of taking back", withdraws=True)


def another_matter(message: MessageInContext) -> Route | None:
    """After the resident announced another matter, the next words are a case of their own."""
    if not message.announces_matter or message.signals.is_courtesy or message.signals.is_wordless:
        return None
    route = message.by_opinions
    if route.message_class is not MessageClass.CHATTER:
        return route
    if message.is_surely_nothing:
        return leave_alone("small talk before the matter that was announced")
    return evolve(route, message_class=MessageClass.TIP)


def unrelated_question(message: MessageInContext) -> Route | None:
    """While a tip waits for an answer, a clear question on something else is a question."""
    return message.by_opinions if message.history.waiting and message.is_own_question else None


def answer(message: MessageInContext) -> Route | None:
    """What is said while one case waits for its reporter is the answer; of several, which one is in doubt."""
    waiting = message.history.waiting
    tells_more = bool(message.signals.category) and any(case.category != message.signals.category for case in waiting)
    return continue_one(waiting, "the case waits for this reporter", second_matter=tells_more and message.is_clear)


def courtesy(message: MessageInContext) -> Route | None:
    """Assent and courtesy without another word need nobody."""
    return leave_alone("nothing but courtesy") if message.signals.is_courtesy else None


def objection(message: MessageInContext) -> Route | None:
    """Words of objection after an answer ask to open that tip again; a person decides.

    While something else is told they belong to that, unless the answer came after its last word: then it is in doubt.
    """
    if not message.signals.objects:
        return None
    told = max((case.heard_at for case in message.history.current), default=None)
    answered = tuple(
        case for case in message.history.answered if told is None or (case.ended_at and case.ended_at > told)
    )
    beside = tuple(case for case in message.history.current if case.is_tip)
    if answered and beside:
        return (
            None if message.is_own_act else leave_in_doubt((*answered, *beside), "objects to an answer, or tells more")
        )
    return continue_one(answered, "objects to an answer", objects=True)


def nothing_said(message: MessageInContext) -> Route | None:
    """Stickers and emoji say nothing."""
    return (
        leave_alone("nothing but stickers") if message.signals.is_wordless and not message.signals.has_media else None
    )


def side_by_side(message: MessageInContext) -> Route | None:
    """Where two cases are told side by side, what names neither and tells nothing of its own is in doubt."""
    current = message.history.current
    if len(current) < 2 or message.is_own_question:
        return None
    of_its_kind = tuple(
        case for case in current if message.signals.category and case.category == message.signals.category
    )
    if message.is_own_act and not of_its_kind:
        return None
    return continue_one(of_its_kind or current, "two cases are told side by side")


def picture(message: MessageInContext) -> Route | None:
    """A picture, a place or a voice without words belongs to what is being told."""
    soon = message.history.open_cases_within(message.history.rules.joins_within)
    return continue_case(soon[0].ref, "follows within minutes") if message.signals.is_wordless and soon else None


def more_of_a_question(message: MessageInContext) -> Route | None:
    """What follows a question belongs to it, unless it is clearly something else."""
    current = message.history.current
    if not current or current[0].is_tip:
        return None
    soon = message.history.at - current[0].heard_at <= message.history.rules.joins_within
    if message.signals.opinion is None or (message.signals.is_kind("question") and soon):
        return continue_case(current[0].ref, "goes on with the question")
    return None


def question_beside_a_tip(message: MessageInContext) -> Route | None:
    """A clear question on procedures is one, also while a tip is being told."""
    current = message.history.current
    return message.by_opinions if current and current[0].is_tip and message.is_own_question else None


def small_talk(message: MessageInContext) -> Route | None:
    """A few words of small talk need nobody; while a tip is being told, only what surely is nothing else.

    What may be a piece of the story, or follow up on an earlier one, is kept with it: its officers read that as well.
    """
    is_small = message.signals.is_kind("chatter") and message.is_short and not message.signals.is_wordless
    current = message.history.current
    may_go_on = (current and current[0].is_tip) or (message.signals.follows_up and message.history.followed_up)
    if may_go_on and not message.is_surely_nothing:
        return None
    return message.by_opinions if is_small else None


def more_of_a_tip(message: MessageInContext) -> Route | None:
    """What follows a tip while its talk goes on belongs to it.

    An act of another kind, with a time or a place of its own, is a tip of its own; during an emergency, only at
    another place. The same kind reported again after a while, or another one in passing, is joined and marked as what
    may be a second matter.
    """
    current = message.history.current
    if not current or not current[0].is_tip or message.signals.is_wordless:
        return None
    case = current[0]
    signals = message.signals
    soon = message.history.at - case.heard_at <= message.history.rules.joins_within
    is_other = bool(signals.category) and bool(case.category) and signals.category != case.category
    in_danger = message.history.emergency == case and case.ref not in message.elsewhere
    if is_other and message.is_own_act and not in_danger:
        return message.by_opinions
    is_second = bool(signals.category) and (is_other or not soon)
    why = "told within minutes" if soon else "the talk about the case goes on"
    return continue_case(case.ref, why, second_matter=is_second and signals.has_circumstance)


def follow_up(message: MessageInContext) -> Route | None:
    """Hours later, the same subject with words such as "vẫn" joins its case; where that isn't certain, it is asked.

    Another place, or clearly another subject, is a case of its own. No question offers a private matter.
    """
    signals = message.signals
    category = signals.category
    if signals.is_wordless or message.is_own_question:
        return None
    here = tuple(case for case in message.history.followed_up if case.ref not in message.elsewhere)
    alike = tuple(case for case in here if case.ref in message.alike)
    of_its_kind = tuple(case for case in here if not category or case.category in ("", category))
    cases = alike or (of_its_kind if signals.follows_up else ())
    if len(cases) == 1 and signals.follows_up:
        route = continue_case(cases[0].ref, "follows up on the case", second_matter=message.is_own_act)
        return evolve(route, shows_states=not cases[0].is_private)
    offered = tuple(case for case in cases if not case.is_private)
    return leave_in_doubt(offered, "may follow up on a case") if offered else None


def own_words(message: MessageInContext) -> Route | None:
    """Anything else is what its own words make of it."""
    return message.by_opinions


_ORDERED: tuple[Outcome, ...] = (
    order_alone,
    correction,
    danger,
    accusation,
    data_right,
    digit,
    order,
    state_question,
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
    follow_up,
    own_words,
)

RULES = tuple(
    TalkRule(rule.__name__, " ".join((rule.__doc__ or "").split("\n\n")[0].split()), rule) for rule in _ORDERED
)
"""All rules, in the order in which they are tried; the documentation's table is made of them."""


def find_route(message: MessageInContext) -> Route:
    """Return where a message of a resident goes, by the first rule that fits."""
    return next(route for rule in RULES if (route := rule.apply(message)) is not None)
