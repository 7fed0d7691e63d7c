"""States of a tip, of its sub-cases and of its clocks, the transitions of a tip, and kinds of papers about clocks."""

from enum import StrEnum
from typing import Annotated

from anninh_core.usecase.arguments import Alias


class TipState(StrEnum):
    """State of a tip."""

    RECEIVED = "received"
    """No officer has triaged the tip."""
    TRIAGED = "triaged"
    """The tip has its category."""
    ASSIGNED = "assigned"
    """The tip is assigned to a unit."""
    VERIFYING = "verifying"
    """An officer is checking the tip."""
    WAITING = "waiting_for_reporter"
    """The reporter was asked a question."""
    RESOLVED = "resolved"
    """The tip was dealt with."""
    TRANSFERRED = "transferred"
    """The tip went to another body."""
    UNFOUNDED = "unfounded"
    """The check of the tip found nothing."""
    REFUSED = "refused"
    """The tip isn't for this authority."""
    DUPLICATE = "duplicate"
    """Another tip reports the same."""
    WITHDRAWN = "withdrawn"
    """The reporter withdrew the tip."""
    ANSWERED = "answered"
    """The reporter got the answer to the tip."""
    CLOSED = "closed"
    """The work on the tip has ended."""
    REOPEN_REQUESTED = "reopen_requested"
    """The reporter objects to the answer."""
    REOPENED = "reopened"
    """The tip is worked on again."""
    JOINED = "joined"
    """The tip became a part of another tip."""
    BECAME_INQUIRY = "became_inquiry"
    """The tip turned out to be a question."""


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


def get_state_group(state: TipState) -> str:
    """Return the group of a tip's state that statistics use: open, waiting, settled or closed."""
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
    """A person flees to the named place or is taken there."""
    OTHER = "other"
    """The reporter gave no reason: an officer may move the case."""


class SubcaseState(StrEnum):
    """State of a sub-case."""

    ASKED = "asked"
    """The requested unit hasn't taken the sub-case on."""
    TAKEN = "taken"
    """Officers of the unit work on it."""
    DONE = "done"
    """The sub-case has its result."""
    RETURNED = "returned"
    """The requested unit returned the sub-case."""
    CALLED_OFF = "called_off"
    """The sub-case isn't needed any more."""


class DeadlineState(StrEnum):
    """State of a clock at a moment."""

    RUNNING = "running"
    """There is enough time until the clock's end."""
    WARN = "warn"
    """There is little time until the clock's end."""
    OVERDUE = "overdue"
    """The time of the clock has run out."""
    MET = "met"
    """The required act was done in time."""
    MET_LATE = "met_late"
    """The required act was done too late."""
    PAUSED = "paused"
    """The clock is stopped while the reporter's answer is awaited."""
    SUSPENDED = "suspended"
    """The clock is stopped by a recorded decision."""


class DecisionKind(StrEnum):
    """Kind of a decision or written notice about a tip's clocks."""

    COMPLEX = "complex"
    """The case is complex, so that the longer limit counts."""
    EXTENDED = "extended"
    """The procuracy extended the limit."""
    SUSPENDED = "suspended"
    """The check of the tip was suspended."""
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
    """The report came by telephone, if calls are counted separately."""
    LETTER = "letter"
    """The report came by letter or mail."""
    WEBSITE = "website"
    """The report came by a form on a site."""


SettlingOutcome = Annotated[TipState | str, Alias("SettlingOutcome", choices="settling_outcomes")]
"""Outcome of the work on a tip: resolved, unfounded or refused."""
