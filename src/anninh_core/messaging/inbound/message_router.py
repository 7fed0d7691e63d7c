"""What an inbound message is: by the rules of the talk in private, by its own words in a group."""

from collections.abc import Sequence

from anninh_core.kernel.replacing import evolve
from anninh_core.messaging.inbound.route import MessageClass, Route, route_by_opinions
from anninh_core.messaging.inbound.talk.opinion_joining import join_opinions
from anninh_core.messaging.inbound.talk.rules import find_route
from anninh_core.messaging.inbound.talk.said import LEFT_ALONE, Said
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
    best = join_opinions(opinions)
    signals = read_signals(message, () if best is None else (best,), district)
    if signals.opinion is None and not signals.is_courtesy:
        by_opinions = route_by_opinions(message, ())
    found = find_route(Said(message=message, talk=talk, signals=signals, by_opinions=by_opinions))
    if signals.rights is not None:
        found = evolve(found, rights=signals.rights.kind)
    if found.message_class in (MessageClass.TIP, MessageClass.QUESTION):
        return evolve(found, guidance="" if found.emergency else signals.guidance)
    needs_look = best is not None and found == by_opinions and _needs_look(found, best)
    return evolve(found, needs_look=found.needs_look or needs_look)


def _needs_look(found: Route, best: TriageOpinion) -> bool:
    """Tell whether a person should see what an opinion takes for nothing: in private, doubt isn't left alone.

    What looks unsuitable always: who tells of lenders and advertisers uses their words.
    """
    if found.message_class is MessageClass.UNSUITABLE:
        return True
    return found.message_class is MessageClass.CHATTER and best.confidence < LEFT_ALONE
