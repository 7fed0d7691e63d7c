"""The states of a request about data of one's own, and what leads from one to the next."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from anninh_core.usecase.arguments import Alias


class RequestState(StrEnum):
    """Where a request stands.

    Attributes:
        RECEIVED: nobody has looked yet who asks.
        UNPROVEN: the last look at who asks failed.
        PROVEN: whoever asks is the person whose data it is about.
        ANSWERED: it was decided, and what the person is told stands on record.
    """

    RECEIVED = "received"
    """Nobody has taken it over."""
    UNPROVEN = "unproven"
    """It isn't known yet that they are who they say."""
    PROVEN = "proven"
    """It is known who asks."""
    ANSWERED = "answered"
    """It was answered."""


class AnswerOutcome(StrEnum):
    """How a request was answered; `TAKEN_BACK` where the person wants nothing any more."""

    GRANTED = "granted"
    """All of it was done."""
    PARTLY = "partly"
    """A part of it was done."""
    REFUSED = "refused"
    """Nothing of it was done, by a law that is cited."""
    TAKEN_BACK = "taken_back"
    """The person wants nothing any more."""


class RequestChannel(StrEnum):
    """By which way a request came; `PLATFORM` where a messenger tells that its user withdraws."""

    CHAT = "chat"
    """In a chat."""
    OFFICE = "office"
    """At the desk."""
    PHONE = "phone"
    """By telephone."""
    LETTER = "letter"
    """By letter."""
    PLATFORM = "platform"
    """The messenger told it."""


class AnswerClockState(StrEnum):
    """How the clock stands at a moment."""

    RUNNING = "running"
    """There is time."""
    WARN = "warn"
    """There is little time."""
    OVERDUE = "overdue"
    """The time has run out."""
    MET = "met"
    """It was answered in time."""
    MET_LATE = "met_late"
    """It was answered too late."""


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


OfficeChannel = Annotated[RequestChannel | str, Alias("OfficeChannel", choices="request_channels")]
"""How a request came that an officer records."""
