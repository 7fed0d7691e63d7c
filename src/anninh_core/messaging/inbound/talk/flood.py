"""Routing of a message whose sender is over the limit: it is kept for an officer's decision. Danger isn't limited."""

from attrs import evolve

from anninh_core.domain.conversations.held import MAY_BE_DANGER
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.history import CaseHistory
from anninh_core.messaging.inbound.talk.route import MessageClass, Route
from anninh_core.vocabulary.rules import FloodRules

TOO_MANY_MESSAGES = "over the limit of messages"
TOO_MANY_CASES = "over the limit of cases"

_OBEYED = (ResidentCommand.CHOOSE, ResidentCommand.APPEAL, ResidentCommand.DENY)
"""Commands that answer a question of the system; they are run even over the limit, unless they open a case."""


def apply_limits(route: Route, history: CaseHistory, rules: FloodRules) -> Route:
    """Return the route of a message with its sender's limits applied.

    A message that belongs to a case joins it without a reply. A message that would open a case, or a command with a
    reply, is left to an officer, apart from the open cases: it isn't counted and starts no deadline until then.
    Possible danger is still opened while the day's limit of cases allows.

    Args:
        route: the route by the rules of the talk.
        history: history of the conversation, with this message counted.
    """
    if route.emergency:
        return route
    if _opens_case(route) and history.pace.has_too_many_cases(history.at, rules):
        return _build_held_route(route, history, TOO_MANY_CASES)
    if history.pace.has_too_many_messages(rules) and not route.look_first:
        return _build_held_route(route, history, TOO_MANY_MESSAGES)
    return route


def _opens_case(route: Route) -> bool:
    """Return whether a message opens a case: by its text, or by the choice of "none of these cases"."""
    chooses_new = route.command is ResidentCommand.CHOOSE and not route.case
    return route.message_class in (MessageClass.TIP, MessageClass.QUESTION) or chooses_new


def _build_held_route(route: Route, history: CaseHistory, why: str) -> Route:
    is_obeyed = route.command in _OBEYED and not _opens_case(route)
    if is_obeyed or (route.message_class is MessageClass.CHATTER and not route.needs_look):
        return route
    if route.message_class is MessageClass.CONTINUATION:
        return evolve(route, is_over=True, reasons=(*route.reasons, why))
    look = (MAY_BE_DANGER,) if route.look_first else ()
    candidates = route.candidates or tuple(case.ref for case in history.open_tips)
    return Route(
        message_class=MessageClass.UNASSIGNED,
        # The supervisor of the accused may not read the sender's other cases.
        candidates=() if route.accusation is not None else candidates,
        reasons=(*look, *route.reasons, why),
        is_over=True,
        accusation=route.accusation,
        # A request about personal data is recorded in any case: its legal deadline runs, regardless of the other text.
        rights=route.rights,
    )
