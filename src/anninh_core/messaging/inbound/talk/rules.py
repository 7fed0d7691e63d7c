"""The rules that assign a resident's message to its case, in the order in which they are tried: the first match
decides.

In doubt the message is a tip: a tip taken for chatter is lost, chatter taken for a tip costs an officer a check. In
doubt between two cases nothing is guessed: the resident is asked once, and an officer decides if they don't answer.
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
    continue_only_case,
    leave_in_doubt,
    route_command,
    route_small_talk,
)
from anninh_core.messaging.inbound.talk.message_place import find_case_place
from anninh_core.messaging.inbound.talk.route import MessageClass, Route


def order_alone(message: MessageInContext) -> Route | None:
    """A command without other words is run, regardless of the opinions on it."""
    command = message.signals.command
    return route_command(command, f"order: {command.what}") if command is not None and command.is_bare else None


def danger(message: MessageInContext) -> Route | None:
    """Danger is routed by the rules for danger, regardless of the open cases."""
    return route_danger(message)


def accusation(message: MessageInContext) -> Route | None:
    """An accusation of an official or a unit is locked for their supervisor."""
    accused = message.signals.accusation
    return None if accused is None else lock_accusation(message, accused)


def lock_accusation(message: MessageInContext, accused: Accusation) -> Route:
    """Return the route of an accusation: to a new case, or to a case that was recently locked for the same accused.

    All other running cases keep their unit.
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
    """A request about personal data is recorded; further words that report something are handled as well.

    If the further words report nothing on their own, an officer checks them: they don't count as an answer in an open
    case, so that the reply doesn't reveal whether any is open.
    """
    order = message.signals.rights
    if order is None:
        return None
    has_other_content = (
        message.pointed_at or message.signals.category or message.signals.has_circumstance or message.signals.command
    )
    if not order.is_alone and has_other_content:
        return None
    return Route(
        message_class=MessageClass.COMMAND,
        command=ResidentCommand.RIGHTS,
        needs_look=not order.is_alone,
        reasons=(f"asks about data of their own: {order.kind}",),
    )


def digit(message: MessageInContext) -> Route | None:
    """A number answers the newest question within the profile's minutes; so do yes and no to the question about
    danger.
    """
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
        candidates = message.history.asked
        chosen = candidates[number - 1] if number <= len(candidates) else ""
        return Route(message_class=MessageClass.COMMAND, command=ResidentCommand.CHOOSE, case=chosen, reasons=(why,))
    case = message.history.case(question.case)
    is_danger = question.kind is QuestionKind.DANGER and number == 1
    if case is not None and case.is_locked and is_danger:
        place = find_case_place(case)
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
    """A command word is run."""
    command = message.signals.command
    is_plea = message.signals.is_kind("tip") and message.has_clear_opinion
    if command is None or (command.what is ResidentCommand.HELP and is_plea and not command.is_bare):
        return None  # A call for help together with a report is a report, not a command.
    return route_command(command, f"order: {command.what}")


def state_question(message: MessageInContext) -> Route | None:
    """A question about the state of a report is answered by receipts and states; by the named case's only if it names
    one.

    If it may ask something else about a report, an officer answers it as well.
    """
    certainty = message.signals.state_question
    if certainty is StateQuestion.NONE or message.is_own_act:
        return None
    has_tips = any(case.is_tip for case in message.history.cases)
    if certainty is StateQuestion.POSSIBLE:
        question = evolve(message.by_opinions, message_class=MessageClass.QUESTION, category="", shows_states=True)
        is_question = has_tips and not message.pointed_at and not message.signals.is_kind("tip")
        return question if is_question else None
    if certainty is StateQuestion.BRIEF and not has_tips:
        return None
    case = message.history.pointed_case
    quoted_receipt = case.receipt if case is not None and not case.is_private else ""
    return Route(
        message_class=MessageClass.COMMAND,
        command=ResidentCommand.STATE,
        receipt=extract_receipt(message.message.text) or quoted_receipt,
        reasons=("asks for the state of a report",),
    )


def appeal(message: MessageInContext) -> Route | None:
    """A quote of the notification about the sender's post, or an objection to it, is an appeal."""
    talk = message.history
    if not talk.ruling or message.signals.is_wordless or message.signals.is_courtesy:
        return None
    newest_answer = max((case.ended_at for case in talk.answered if case.ended_at), default=None)
    is_ruling_newer = newest_answer is None or (talk.ruled_at is not None and talk.ruled_at >= newest_answer)
    if talk.quotes_ruling or (
        message.signals.objects and is_ruling_newer and not talk.current and not message.pointed_at
    ):
        why = "objects to what was done about a post"
        return Route(
            message_class=MessageClass.COMMAND, command=ResidentCommand.APPEAL, case=talk.ruling, reasons=(why,)
        )
    return None


def named_case(message: MessageInContext) -> Route | None:
    """A quote or a receipt names the case; thanks for it is thanks."""
    ref = message.pointed_at
    if not ref or (message.signals.is_thanks and not _is_waiting_for_reporter(message.history.case(ref))):
        return None
    why = "quotes a message of the case" if message.history.quoted else "names the receipt of the case"
    case = message.history.case(ref)
    is_over = case is not None and not case.is_open
    objects = message.signals.objects and is_over
    withdraws = message.signals.withdraws and not is_over
    return continue_case(ref, why, objects=objects, withdraws=withdraws)


def _is_waiting_for_reporter(case: TalkCase | None) -> bool:
    return case is not None and case.is_waiting


def correction(message: MessageInContext) -> Route | None:
    """Words that it is over, or was no danger, mark the case; its officer is notified, and an officer ends it."""
    if not message.signals.is_correction or message.signals.withdraws:
        return None
    pointed = message.history.pointed_case
    newest = next((case for case in message.history.open_cases_within(message.history.rules.continues_for)), None)
    case = pointed or message.history.emergency or newest
    if case is None or not case.is_tip or not case.is_open:
        return None
    return evolve(continue_case(case.ref, "says that it is over, or was no danger"), corrects=True)


def thanks(message: MessageInContext) -> Route | None:
    """Thanks without other words need no action."""
    return route_small_talk("nothing but thanks") if message.signals.is_thanks else None


def withdrawal(message: MessageInContext) -> Route | None:
    """Words of withdrawal are a request about the current tip; an officer decides."""
    if not message.signals.withdraws:
        return None
    current = tuple(case for case in message.history.current if case.is_tip)
    return continue_only_case(current or message.history.open_tips, "words of taking back", withdraws=True)


def another_matter(message: MessageInContext) -> Route | None:
    """After the resident announced another matter, the next words are a case of their own."""
    if not message.announces_matter or message.signals.is_courtesy or message.signals.is_wordless:
        return None
    route = message.by_opinions
    if route.message_class is not MessageClass.CHATTER:
        return route
    if message.is_certain_small_talk:
        return route_small_talk("small talk before the matter that was announced")
    return evolve(route, message_class=MessageClass.TIP)


def unrelated_question(message: MessageInContext) -> Route | None:
    """While a tip waits for an answer, a clear question on something else is a question."""
    return message.by_opinions if message.history.waiting and message.is_own_question else None


def answer(message: MessageInContext) -> Route | None:
    """A message while one case waits for its reporter is the answer; while several wait, the case is in doubt."""
    waiting = message.history.waiting
    tells_more = bool(message.signals.category) and any(case.category != message.signals.category for case in waiting)
    return continue_only_case(
        waiting, "the case waits for this reporter", second_matter=tells_more and message.has_clear_opinion
    )


def courtesy(message: MessageInContext) -> Route | None:
    """Assent and courtesy without other words need no action."""
    return route_small_talk("nothing but courtesy") if message.signals.is_courtesy else None


def objection(message: MessageInContext) -> Route | None:
    """Words of objection after an answer ask to reopen that tip; an officer decides.

    During the report of another matter they belong to that, unless the answer came after its last message: then it is
    in doubt.
    """
    if not message.signals.objects:
        return None
    last_message_at = max((case.heard_at for case in message.history.current), default=None)
    answered = tuple(
        case
        for case in message.history.answered
        if last_message_at is None or (case.ended_at and case.ended_at > last_message_at)
    )
    current_tips = tuple(case for case in message.history.current if case.is_tip)
    if answered and current_tips:
        return (
            None
            if message.is_own_act
            else leave_in_doubt((*answered, *current_tips), "objects to an answer, or tells more")
        )
    return continue_only_case(answered, "objects to an answer", objects=True)


def nothing_said(message: MessageInContext) -> Route | None:
    """Stickers and emoji need no action."""
    return (
        route_small_talk("nothing but stickers")
        if message.signals.is_wordless and not message.signals.has_media
        else None
    )


def side_by_side(message: MessageInContext) -> Route | None:
    """During the report of two cases in parallel, a message that names neither and reports nothing new is in doubt."""
    current = message.history.current
    if len(current) < 2 or message.is_own_question:
        return None
    same_category = tuple(
        case for case in current if message.signals.category and case.category == message.signals.category
    )
    if message.is_own_act and not same_category:
        return None
    return continue_only_case(same_category or current, "two cases are told side by side")


def picture(message: MessageInContext) -> Route | None:
    """A picture, a place or a voice message without words belongs to the current report."""
    soon = message.history.open_cases_within(message.history.rules.joins_within)
    return continue_case(soon[0].ref, "follows within minutes") if message.signals.is_wordless and soon else None


def more_of_a_question(message: MessageInContext) -> Route | None:
    """A message after a question belongs to it, unless it is clearly something else."""
    current = message.history.current
    if not current or current[0].is_tip:
        return None
    soon = message.history.at - current[0].heard_at <= message.history.rules.joins_within
    if message.signals.opinion is None or (message.signals.is_kind("question") and soon):
        return continue_case(current[0].ref, "goes on with the question")
    return None


def question_beside_a_tip(message: MessageInContext) -> Route | None:
    """A clear question about procedures is a question, also during the report of a tip."""
    current = message.history.current
    return message.by_opinions if current and current[0].is_tip and message.is_own_question else None


def small_talk(message: MessageInContext) -> Route | None:
    """A few words of small talk need no action; during the report of a tip, only if they certainly are nothing else.

    A message that may be part of the report, or follow up on an earlier one, is kept with it: its officers read that as
    well.
    """
    is_small = message.signals.is_kind("chatter") and message.is_short and not message.signals.is_wordless
    current = message.history.current
    may_continue = (current and current[0].is_tip) or (message.signals.follows_up and message.history.tips_to_follow_up)
    if may_continue and not message.is_certain_small_talk:
        return None
    return message.by_opinions if is_small else None


def more_of_a_tip(message: MessageInContext) -> Route | None:
    """A message after a tip belongs to it while the talk continues.

    An act of another kind, with its own time or place, is a tip of its own; during an emergency, only at another place.
    The same kind reported again after a while, or another kind in passing, joins the tip and is marked as a possible
    second matter.
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
    """Hours later, the same subject with words such as "vẫn" joins its case; if that isn't certain, the sender is
    asked.

    Another place, or clearly another subject, is a case of its own. No question offers a private matter.
    """
    signals = message.signals
    category = signals.category
    if signals.is_wordless or message.is_own_question:
        return None
    not_elsewhere = tuple(case for case in message.history.tips_to_follow_up if case.ref not in message.elsewhere)
    alike = tuple(case for case in not_elsewhere if case.ref in message.alike)
    same_category = tuple(case for case in not_elsewhere if not category or case.category in ("", category))
    cases = alike or (same_category if signals.follows_up else ())
    if len(cases) == 1 and signals.follows_up:
        route = continue_case(cases[0].ref, "follows up on the case", second_matter=message.is_own_act)
        return evolve(route, shows_states=not cases[0].is_private)
    offered = tuple(case for case in cases if not case.is_private)
    return leave_in_doubt(offered, "may follow up on a case") if offered else None


def own_words(message: MessageInContext) -> Route | None:
    """Any other message is routed by its own text."""
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
"""All rules for a resident's message, in the order in which they are tried; the documentation's table is generated from
them.
"""


def find_route(message: MessageInContext) -> Route:
    """Return the route of a resident's message, by the first rule that matches."""
    return next(route for rule in RULES if (route := rule.apply(message)) is not None)
