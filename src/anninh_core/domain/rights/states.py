"""States of a data subject's request, its outcomes and channels, and the transitions between the states."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from anninh_core.usecase.arguments import Alias


class RequestState(StrEnum):
    """State of a request.

    Attributes:
        RECEIVED: the applicant's identity isn't checked yet.
        UNPROVEN: the last check of the applicant's identity failed.
        PROVEN: the applicant is the person whose data it is about.
        ANSWERED: it was decided, and the answer is on record.
    """

    RECEIVED = "received"
    """The applicant's identity isn't checked yet."""
    UNPROVEN = "unproven"
    """The last check of the applicant's identity failed."""
    PROVEN = "proven"
    """The applicant's identity is verified."""
    ANSWERED = "answered"
    """The request was answered."""


class AnswerOutcome(StrEnum):
    """Outcome of a request."""

    GRANTED = "granted"
    """The whole request was executed."""
    PARTLY = "partly"
    """A part of the request was executed."""
    REFUSED = "refused"
    """No part of the request was executed, with the law cited."""
    TAKEN_BACK = "taken_back"
    """The person withdrew the request."""


class RequestChannel(StrEnum):
    """The way that a request came."""

    CHAT = "chat"
    """The request came in a chat."""
    OFFICE = "office"
    """The request was made at the desk."""
    PHONE = "phone"
    """The request came by telephone."""
    LETTER = "letter"
    """The request came by letter."""
    PLATFORM = "platform"
    """The request came from the messenger, which reported that its user withdraws consent."""


class AnswerClockState(StrEnum):
    """State of a deadline at a given time."""

    RUNNING = "running"
    """The deadline isn't near."""
    WARN = "warn"
    """The deadline is near."""
    OVERDUE = "overdue"
    """The deadline has passed."""
    MET = "met"
    """The request was answered in time."""
    MET_LATE = "met_late"
    """The request was answered too late."""


S = RequestState

TRANSITIONS: Mapping[RequestState, frozenset[RequestState]] = {
    S.RECEIVED: frozenset({S.PROVEN, S.UNPROVEN, S.ANSWERED}),
    S.UNPROVEN: frozenset({S.PROVEN, S.UNPROVEN, S.ANSWERED}),
    S.PROVEN: frozenset({S.UNPROVEN, S.ANSWERED}),
    S.ANSWERED: frozenset(),
}
"""State machine of requests. Transitions not listed here are impossible."""

OPEN_STATES = (S.RECEIVED.value, S.UNPROVEN.value, S.PROVEN.value)
"""States of unanswered requests."""

TO_CHECK_STATES = (S.RECEIVED.value, S.UNPROVEN.value)
"""States in which the applicant's identity has to be checked."""

OUTCOMES: Mapping[RequestState, frozenset[AnswerOutcome]] = {
    S.RECEIVED: frozenset({AnswerOutcome.REFUSED, AnswerOutcome.TAKEN_BACK}),
    S.UNPROVEN: frozenset({AnswerOutcome.REFUSED, AnswerOutcome.TAKEN_BACK}),
    S.PROVEN: frozenset(AnswerOutcome),
    S.ANSWERED: frozenset(),
}
"""Possible outcomes in each state: without a verified identity nothing is granted."""


OfficeChannel = Annotated[RequestChannel | str, Alias("OfficeChannel", choices="request_channels")]
"""The way of a request that an officer records."""
