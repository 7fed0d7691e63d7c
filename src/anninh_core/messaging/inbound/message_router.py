"""What an inbound message is: by the rules of the talk in private, by its own words in a group."""

from collections.abc import Sequence

from attrs import evolve

from anninh_core.messaging.inbound.route import MessageClass, Route, route_by_opinions
from anninh_core.messaging.inbound.talk.rules import Said, find_route
from anninh_core.messaging.inbound.talk.signals import read_signals
from anninh_core.messaging.inbound.talk.state import TalkState
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import InboundMessage, Place
from anninh_core.vocabulary.opinions import TriageOpinion


def route(message: InboundMessage, talk: TalkState, opinions: Sequence[TriageOpinion], district: District) -> Route:
    """Decide what a message is."""
    by_opinions = route_by_opinions(message, opinions)
    if message.conversation.place is Place.GROUP:
        return by_opinions
    signals = read_signals(message, opinions, district)
    if signals.opinion is None and not signals.is_courtesy:
        by_opinions = route_by_opinions(message, ())
    found = find_route(Said(message=message, talk=talk, signals=signals, by_opinions=by_opinions))
    is_new = found.message_class in (MessageClass.TIP, MessageClass.QUESTION)
    return evolve(found, guidance=signals.guidance) if is_new and not found.emergency else found
