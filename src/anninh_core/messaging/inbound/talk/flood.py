"""What is done with a message over its sender's limit: it is kept, and a person decides. Danger goes on as ever."""

from attrs import evolve

from anninh_core.domain.conversations.held import MAY_BE_DANGER
from anninh_core.messaging.inbound.route import MessageClass, Route
from anninh_core.messaging.inbound.talk.commands import ResidentCommand
from anninh_core.messaging.inbound.talk.state import TalkState
from anninh_core.vocabulary.rules import FloodRules

TOO_MANY_MESSAGES = "over the limit of messages"
TOO_MANY_CASES = "over the limit of cases"

_OBEYED = (ResidentCommand.CHOOSE, ResidentCommand.APPEAL)
"""Orders that answer something that we said; they are obeyed whatever came before, unless they open a case."""


def limit_route(found: Route, talk: TalkState, rules: FloodRules) -> Route:
    """Return where a message goes once its sender's limits were looked at.

    What belongs to a case joins it, unanswered. What would open a case, or be an order that is answered, is left to an
    officer, beside the cases that go on: it counts nowhere and starts no clock until then. What may be danger is opened
    all the same as long as the day's cases last.

    Args:
        found: where the rules of the talk put it.
        talk: what is known of the talk, this message counted.
        rules: the limits.
    """
    if found.emergency:
        return found
    if _opens_case(found) and talk.pace.has_too_many_cases(talk.at, rules):
        return _hold(found, talk, TOO_MANY_CASES)
    if talk.pace.has_too_many_messages(rules) and not found.look_first:
        return _hold(found, talk, TOO_MANY_MESSAGES)
    return found


def _opens_case(found: Route) -> bool:
    """Tell whether a case comes of a message: of its words, or of the answer that it is about none of those asked."""
    chooses_new = found.command is ResidentCommand.CHOOSE and not found.case
    return found.message_class in (MessageClass.TIP, MessageClass.QUESTION) or chooses_new


def _hold(found: Route, talk: TalkState, why: str) -> Route:
    is_obeyed = found.command in _OBEYED and not _opens_case(found)
    if is_obeyed or (found.message_class is MessageClass.CHATTER and not found.needs_look):
        return found
    if found.message_class is MessageClass.CONTINUATION:
        return evolve(found, is_over=True, reasons=(*found.reasons, why))
    look = (MAY_BE_DANGER,) if found.look_first else ()
    return Route(
        message_class=MessageClass.UNASSIGNED,
        candidates=found.candidates or tuple(case.ref for case in talk.open_tips),
        reasons=(*look, *found.reasons, why),
        is_over=True,
        rights=found.rights,  # noted all the same: the law's time runs, whatever else was written
    )
