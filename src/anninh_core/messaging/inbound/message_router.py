"""Routing of an inbound message: by the rules of the talk in private, by its text alone in a group."""

from collections.abc import Sequence

from anninh_core.domain.tips.states import PlaceChange
from anninh_core.kernel.replacing import evolve
from anninh_core.messaging.inbound.talk.accusations import OF_ANYBODY, Accusation
from anninh_core.messaging.inbound.talk.figurative import replace_if_figurative
from anninh_core.messaging.inbound.talk.follow_up_words import find_similar_cases, replace_if_status_question
from anninh_core.messaging.inbound.talk.history import CaseHistory
from anninh_core.messaging.inbound.talk.message_context import LEFT_ALONE, MessageInContext
from anninh_core.messaging.inbound.talk.message_place import find_message_place, is_elsewhere
from anninh_core.messaging.inbound.talk.opinion_joining import join_opinions
from anninh_core.messaging.inbound.talk.route import MessageClass, Route, route_by_opinions
from anninh_core.messaging.inbound.talk.rules import find_route, lock_accusation
from anninh_core.messaging.inbound.talk.signals import read_signals
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import InboundMessage, Place
from anninh_core.vocabulary.opinions import TriageOpinion


def route_message(
    message: InboundMessage, history: CaseHistory, opinions: Sequence[TriageOpinion], district: District
) -> Route:
    """Return the route of a message: its class and what happens with it."""
    if message.conversation.place is Place.GROUP:
        return route_by_opinions(message, opinions)
    opinions = replace_if_figurative(message.text, opinions, district)
    opinions = replace_if_status_question(message.text, opinions, district)
    best = join_opinions(opinions)
    context = _build_context(message, history, opinions, best, district)
    return _complete_route(find_route(context), context, best, opinions)


def route_accusation(
    message: InboundMessage, history: CaseHistory, opinions: Sequence[TriageOpinion], district: District
) -> Route:
    """Return the route of the accusation in a message whose danger has a separate case."""
    best = join_opinions(opinions)
    context = _build_context(message, history, opinions, best, district)
    # The profile's words may have changed since the message arrived, so that the accused can't be found any more.
    accused = context.signals.accusation or OF_ANYBODY
    route = _complete_route(lock_accusation(context, accused), context, best, opinions)
    # The category and the check for danger belong to the separate case of the danger.
    return evolve(route, category="", look_first=False)


def _find_withheld(accusation: Accusation | None, opinions: Sequence[TriageOpinion]) -> Accusation | None:
    """Return the accusation to withhold from helpers, or None.

    A merely possible accusation isn't withheld if the message contains the profile's danger words.
    """
    names_danger = any(opinion.emergency and opinion.fallback for opinion in opinions)
    is_kept = accusation is not None and (accusation.is_certain or not names_danger)
    return accusation if is_kept else None


def _complete_route(
    decision: Route, context: MessageInContext, best: TriageOpinion | None, opinions: Sequence[TriageOpinion]
) -> Route:
    signals = context.signals
    decision = _mark_danger_and_place(decision, context)
    if signals.rights is not None:
        decision = evolve(decision, rights=signals.rights.kind)
    if decision.emergency:
        decision = evolve(decision, accusation=_find_withheld(signals.accusation, opinions))
    if decision.accusation is not None:
        return decision
    if decision.message_class in (MessageClass.TIP, MessageClass.QUESTION):
        return evolve(decision, guidance="" if decision.emergency else signals.guidance)
    needs_look = best is not None and decision == context.by_opinions and _needs_check(decision, best)
    return evolve(decision, needs_look=decision.needs_look or needs_look)


def _build_context(
    message: InboundMessage,
    history: CaseHistory,
    opinions: Sequence[TriageOpinion],
    best: TriageOpinion | None,
    district: District,
) -> MessageInContext:
    signals = read_signals(message, () if best is None else (best,), district)
    is_unrecognised = signals.opinion is None and not signals.is_courtesy
    place = find_message_place(message, history, district)
    cases = (*history.cases, *((history.pointed_case,) if history.pointed_case else ()))
    return MessageInContext(
        message=message,
        history=history,
        signals=signals,
        by_opinions=route_by_opinions(message, () if is_unrecognised else opinions),
        place=place,
        elsewhere=frozenset(case.ref for case in cases if place and is_elsewhere(district, place, case)),
        alike=find_similar_cases(message.text, history.tips_to_follow_up, district),
    )


def _mark_danger_and_place(route: Route, context: MessageInContext) -> Route:
    """Return the route, marked if danger is possible, or if the message names another place for its case."""
    is_report = not (route.objects or route.withdraws or route.corrects or route.answers)
    if route.message_class not in (MessageClass.CONTINUATION, MessageClass.UNASSIGNED) or not is_report:
        return route
    place = context.place
    if route.place_change is None and place is not None and place.is_certain and route.case in context.elsewhere:
        route = evolve(route, place=place, place_change=PlaceChange.OTHER)
    return evolve(route, look_first=route.look_first or (context.by_opinions.look_first and not route.emergency))


def _needs_check(decision: Route, best: TriageOpinion) -> bool:
    """Return whether an officer should check a private message that the opinions classify as unsuitable or small talk.

    Unsuitable ones always: reports about lenders and advertisers use the same words. Small talk only at low confidence.
    """
    if decision.message_class is MessageClass.UNSUITABLE:
        return True
    return decision.message_class is MessageClass.CHATTER and best.confidence < LEFT_ALONE
