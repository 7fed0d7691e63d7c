"""What is done with a message over its sender's limit: it is kept, and a person decides. Danger goes on as ever."""

from attrs import evolve

from anninh_core.domain.conversations.held import MAY_BE_DANGER
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.history import CaseHistory
from anninh_core.messaging.inbound.talk.route import MessageClass, Route
from anninh_core.vocabulary.rules import FloodRules

TOO_MANY_MESSAGES = "over the limit of messages"
TOO_MANY_CASES = "over the limit of cases"

_OBEYED = (ResidentCommand.CHOOSE, ResidentCommand.APPEAL, ResidentCommand.DENY)
"""Orders that answer something that we said; they are obeyed whatever came before, unless they open a case."""


def limit_route(route: Route, history: CaseHistory, rules: FloodRules) -> Route:
    """Return where a message goes once its sender's limits were looked at.

    What belongs to a case joins it, unanswered. What would open a case, or be an order that is answered, is left to an
    officer, beside the cases that go on: it counts nowhere and starts no clock until then. What may be danger is opened
    all the same as long as the day's cases last.

    Args:
        route: where the rules of the talk put it.
        history: what is known of the conversation, this message counted.
    """
    if route.emergency:
        return route
    if _opens_case(route) and history.pace.has_too_many_cases(history.at, rules):
        return _hold(route, history, TOO_MANY_CASES)
    if history.pace.has_too_many_messages(rules) and not route.look_first:
        return _hold(route, history, TOO_MANY_MESSAGES)
    return route


def _opens_case(route: Route) -> bool:
    """Tell whether a case comes of a message: of its words, or of the answer that it is about none of those asked."""
    chooses_new = route.command is ResidentCommand.CHOOSE and not route.case
    return route.message_class in (MessageClass.TIP, MessageClass.QUESTION) or chooses_new


def _hold(route: Route, history: CaseHistory, why: str) -> Route:
    is_obeyed = route.command in _OBEYED and not _opens_case(route)
    if is_obeyed or (route.message_class is MessageClass.CHATTER and not route.needs_look):
        return route
    if route.message_class is MessageClass.CONTINUATION:
        return evolve(route, is_over=True, reasons=(*route.reasons, why))
    look = (MAY_BE_DANGER,) if route.look_first else ()
    candidates = route.candidates or tuple(case.ref for case in history.open_tips)
    return Route(
        message_class=MessageClass.UNASSIGNED,
        candidates=() if route.accusation is not None else candidates,  # its supervisor may not read those cases
        reasons=(*look, *route.reasons, why),
        is_over=True,
        accusation=route.accusation,
        rights=route.rights,  # noted in any case: the law's time runs, whatever else was written
    )
