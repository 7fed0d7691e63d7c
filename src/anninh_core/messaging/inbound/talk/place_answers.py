"""A few words that answer our question for the place belong to the tip that we asked about."""

from attrs import evolve

from anninh_core.domain.tips.sorting.location_question import find_asked
from anninh_core.messaging.inbound.talk.route import MessageClass, Route
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import InboundMessage, Place


def route_place_answer(uow: UnitOfWork, conversation: str, message: InboundMessage, route: Route) -> Route:
    """Return where a message belongs: danger, an order and what is quoted come before a place in words."""
    decided = (
        route.emergency
        or route.accusation is not None
        or route.message_class in (MessageClass.COMMAND, MessageClass.CONTINUATION)
    )
    if decided or not conversation or message.conversation.place is Place.GROUP:
        return route
    tip = find_asked(uow, conversation, message.text)
    if tip is None:
        return route
    reasons = (*route.reasons, "answers where it happened")
    return evolve(route, message_class=MessageClass.CONTINUATION, case=f"tip:{tip.id}", category="", reasons=reasons)
