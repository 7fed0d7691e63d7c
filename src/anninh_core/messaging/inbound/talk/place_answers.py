"""Routing of a few words that answer the question for the place: they belong to the tip that the question was about."""

from attrs import evolve

from anninh_core.domain.tips.sorting.location_question import find_place_question
from anninh_core.messaging.inbound.talk.route import MessageClass, Route
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import InboundMessage, Place


def route_place_answer(uow: UnitOfWork, conversation: str, message: InboundMessage, route: Route) -> Route:
    """Return the route of a message that may answer a question for the place: danger, commands and quotes take
    precedence.
    """
    is_decided = (
        route.emergency
        or route.accusation is not None
        or route.message_class in (MessageClass.COMMAND, MessageClass.CONTINUATION)
    )
    if is_decided or not conversation or message.conversation.place is Place.GROUP:
        return route
    tip = find_place_question(uow, conversation, message.text)
    if tip is None:
        return route
    reasons = (*route.reasons, "answers where it happened")
    return evolve(route, message_class=MessageClass.CONTINUATION, case=f"tip:{tip.id}", category="", reasons=reasons)
