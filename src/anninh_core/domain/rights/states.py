"""The states of a request about data of one's own, and what leads from one to the next."""

from collections.abc import Mapping
from enum import StrEnum


class RequestState(StrEnum):
    """Where a request stands.

    Attributes:
        RECEIVED: nobody has looked yet who asks.
        UNPROVEN: the last look at who asks failed.
        PROVEN: whoever asks is the person whose data it is about.
        ANSWERED: it was decided, and what the person is told stands on record.
    """

    RECEIVED = "received"
    UNPROVEN = "unproven"
    PROVEN = "proven"
    ANSWERED = "answered"


class AnswerOutcome(StrEnum):
    """How a request was answered; `TAKEN_BACK` where the person wants nothing any more."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class RequestChannel(StrEnum):
    """By which way a request came; `PLATFORM` where a messenger tells that its user withdraws."""

    CHAT = "chat"
    OFFICE = "office"
    PHONE = "phone"
    LETTER = "letter"
    PLATFORM = "platform"


class AnswerClockState(StrEnum):
    """How the clock stands at a moment."""

    RUNNING = "running"
    WARN = "warn"
    OVERDUE = "overdue"
    MET = "met"
    MET_LATE = "met_late"


S = RequestState

TRANSITIONS: Mapping[RequestState, frozenset[RequestState]] = {
    S.RECEIVED: frozenset({S.PROVEN, S.UNPROVEN, S.ANSWERED}),
    S.UNPROVEN: frozenset({S.PROVEN, S.UNPROVEN, S.ANSWERED}),
    S.PROVEN: frozenset({S.UNPROVEN, S.ANSWERED}),
    S.ANSWERED: frozenset(),
}
"""The whole state machine. What isn't here can't happen."""

OPEN_STATES = (S.RECEIVED.value, S.UNPROVEN.value, S.PROVEN.value)
"""States of what isn't answered."""

TO_CHECK_STATES = (S.RECEIVED.value, S.UNPROVEN.value)
"""States in which somebody has to look who asks."""

OUTCOMES: Mapping[RequestState, frozenset[AnswerOutcome]] = {
    S.RECEIVED: frozenset({AnswerOutcome.REFUSED, AnswerOutcome.TAKEN_BACK}),
    S.UNPROVEN: frozenset({AnswerOutcome.REFUSED, AnswerOutcome.TAKEN_BACK}),
    S.PROVEN: frozenset(AnswerOutcome),
    S.ANSWERED: frozenset(),
}
"""How a request may be answered in each state: nothing is granted to whoever hasn't shown who they are."""
