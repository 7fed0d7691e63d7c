"""States of a tip, of its sub-cases and of its clocks, the transitions of a tip, and kinds of papers about clocks."""

from enum import StrEnum
from typing import Annotated

from anninh_core.usecase.arguments import Alias


class TipState(StrEnum):
    """State of a tip."""

    RECEIVED = "received"
    """No officer has triaged it."""
    TRIAGED = "triaged"
    """It has its category."""
    ASSIGNED = "assigned"
    """A unit has it."""
    VERIFYING = "verifying"
    """An officer is checking it."""
    WAITING = "waiting_for_reporter"
    """The reporter was asked a question."""
    RESOLVED = "resolved"
    """It was dealt with."""
    TRANSFERRED = "transferred"
    """It went to another body."""
    UNFOUNDED = "unfounded"
    """The check found nothing."""
    REFUSED = "refused"
    """It isn't for this authority."""
    DUPLICATE = "duplicate"
    """Another tip reports the same."""
    WITHDRAWN = "withdrawn"
    """Its reporter withdrew it."""
    ANSWERED = "answered"
    """Its reporter got the answer."""
    CLOSED = "closed"
    """The work on it has ended."""
    REOPEN_REQUESTED = "reopen_requested"
    """Its reporter objects to the answer."""
    REOPENED = "reopened"
    """It is worked on again."""
    JOINED = "joined"
    """It became a part of another tip."""
    BECAME_INQUIRY = "became_inquiry"
    """It turned out to be a question."""


S = TipState
OPEN_STATES = frozenset({S.RECEIVED, S.TRIAGED, S.ASSIGNED, S.VERIFYING, S.WAITING, S.REOPENED})
"""States in which work on a tip is owed."""
SETTLED_STATES = frozenset({S.RESOLVED, S.TRANSFERRED, S.UNFOUNDED, S.REFUSED, S.DUPLICATE, S.WITHDRAWN})

UNANSWERED_STATES = SETTLED_STATES - {S.WITHDRAWN}
"""States in which an answer to the reporter is owed."""

_QUESTIONABLE = (S.RECEIVED, S.TRIAGED, S.ASSIGNED, S.VERIFYING, S.WAITING)
"""States in which a tip can be converted to an inquiry."""

TRANSITIONS: dict[TipState, frozenset[TipState]] = {
    S.RECEIVED: frozenset({S.TRIAGED, S.REFUSED, S.DUPLICATE, S.WITHDRAWN, S.JOINED}),
    S.TRIAGED: frozenset({S.TRIAGED, S.ASSIGNED, S.WAITING, S.JOINED}) | SETTLED_STATES,
    S.ASSIGNED: frozenset({S.TRIAGED, S.ASSIGNED, S.VERIFYING, S.WAITING, S.JOINED}) | SETTLED_STATES,
    S.VERIFYING: frozenset({S.ASSIGNED, S.WAITING, S.JOINED}) | SETTLED_STATES,
    S.WAITING: frozenset({S.TRIAGED, S.ASSIGNED, S.VERIFYING, S.JOINED}) | SETTLED_STATES,
    S.RESOLVED: frozenset({S.ANSWERED, S.REOPEN_REQUESTED, S.REOPENED}),
    S.TRANSFERRED: frozenset({S.ANSWERED, S.REOPEN_REQUESTED, S.REOPENED}),
    S.UNFOUNDED: frozenset({S.ANSWERED, S.REOPEN_REQUESTED, S.REOPENED}),
    S.REFUSED: frozenset({S.ANSWERED, S.REOPEN_REQUESTED, S.REOPENED}),
    S.DUPLICATE: frozenset({S.ANSWERED, S.REOPEN_REQUESTED, S.REOPENED}),
    S.WITHDRAWN: frozenset({S.CLOSED, S.REOPENED}),
    S.ANSWERED: frozenset({S.CLOSED, S.REOPEN_REQUESTED, S.REOPENED}),
    S.CLOSED: frozenset({S.REOPEN_REQUESTED, S.REOPENED}),
    S.REOPEN_REQUESTED: frozenset({S.REOPENED, S.CLOSED}),
    S.REOPENED: frozenset({S.TRIAGED, S.ASSIGNED, S.VERIFYING, S.WAITING, S.JOINED}) | SETTLED_STATES,
    S.JOINED: frozenset(),
    S.BECAME_INQUIRY: frozenset(),
}
TRANSITIONS |= {state: TRANSITIONS[state] | {S.BECAME_INQUIRY} for state in _QUESTIONABLE}
"""The whole state machine. What isn't here can't happen."""


def state_type(state: TipState) -> str:
    """Return open, waiting, settled or closed: the grouping that statistics use."""
    if state is S.WAITING:
        return "waiting"
    if state in SETTLED_STATES or state is S.ANSWERED:
        return "settled"
    return "closed" if state in (S.CLOSED, S.REOPEN_REQUESTED, S.JOINED, S.BECAME_INQUIRY) else "open"


class PlaceChange(StrEnum):
    """Reason for which a reporter named another place."""

    CORRECTED = "corrected"
    """The place reported before was wrong."""
    DIRECTION = "direction"
    """A person flees or is taken there."""
    OTHER = "other"
    """No reason given: an officer may move the case."""


class SubcaseState(StrEnum):
    """State of a sub-case."""

    ASKED = "asked"
    """Its unit hasn't taken it on."""
    TAKEN = "taken"
    """Officers of the unit work on it."""
    DONE = "done"
    """It has its result."""
    RETURNED = "returned"
    """Its unit returned it."""
    CALLED_OFF = "called_off"
    """It isn't needed any more."""


class DeadlineState(StrEnum):
    """State of a clock at a moment."""

    RUNNING = "running"
    """There is time."""
    WARN = "warn"
    """There is little time."""
    OVERDUE = "overdue"
    """The time has run out."""
    MET = "met"
    """The required act was done in time."""
    MET_LATE = "met_late"
    """The required act was done too late."""
    PAUSED = "paused"
    """It is stopped while the reporter's answer is awaited."""
    SUSPENDED = "suspended"
    """It is stopped by a recorded decision."""


class DecisionKind(StrEnum):
    """Kind of a decision or written notice about a tip's clocks."""

    COMPLEX = "complex"
    """The case is complex, so that the longer limit counts."""
    EXTENDED = "extended"
    """The procuracy extended the limit."""
    SUSPENDED = "suspended"
    """The check was suspended."""
    REVOKED = "revoked"
    """A suspension ended."""
    NOTICE = "notice"
    """The reporter got a written notice of reception."""
    IDENTITY_REFUSED = "identity_refused"
    """The reporter refused to be named, so that no notice can be sent to them."""


class EntryChannel(StrEnum):
    """Channel of a tip that didn't come by a messenger: the tip's origin in papers and figures."""

    ENTRY = "entry"
    """The reporter came or called."""
    PHONE = "phone"
    """By telephone, if calls are counted separately."""
    LETTER = "letter"
    """By letter or mail."""
    WEBSITE = "website"
    """By a form on a site."""


SettlingOutcome = Annotated[TipState | str, Alias("SettlingOutcome", choices="settling_outcomes")]
"""Outcome of the work on a tip: resolved, unfounded or refused."""
