"""States of a tip, of its sub-cases and of its clocks; what can follow a state; kinds of papers about clocks."""

from enum import StrEnum
from typing import Annotated

from anninh_core.usecase.arguments import Alias


class TipState(StrEnum):
    """Where a tip stands."""

    RECEIVED = "received"
    """Nobody has looked at it."""
    TRIAGED = "triaged"
    """It has its category."""
    ASSIGNED = "assigned"
    """A unit has it."""
    VERIFYING = "verifying"
    """Somebody looks into it."""
    WAITING = "waiting_for_reporter"
    """The reporter was asked something."""
    RESOLVED = "resolved"
    """It was dealt with."""
    TRANSFERRED = "transferred"
    """It went to another body."""
    UNFOUNDED = "unfounded"
    """Nothing was found."""
    REFUSED = "refused"
    """It isn't for this authority."""
    DUPLICATE = "duplicate"
    """Another tip tells the same."""
    WITHDRAWN = "withdrawn"
    """Its reporter took it back."""
    ANSWERED = "answered"
    """Its reporter was told how it ended."""
    CLOSED = "closed"
    """Nothing more is done."""
    REOPEN_REQUESTED = "reopen_requested"
    """Its reporter objects to the answer."""
    REOPENED = "reopened"
    """It is worked on once more."""
    JOINED = "joined"
    """It became a part of another tip."""
    BECAME_INQUIRY = "became_inquiry"
    """It turned out to be a question."""


S = TipState
OPEN_STATES = frozenset({S.RECEIVED, S.TRIAGED, S.ASSIGNED, S.VERIFYING, S.WAITING, S.REOPENED})
"""States in which somebody owes work on it."""
SETTLED_STATES = frozenset({S.RESOLVED, S.TRANSFERRED, S.UNFOUNDED, S.REFUSED, S.DUPLICATE, S.WITHDRAWN})

UNTOLD_STATES = SETTLED_STATES - {S.WITHDRAWN}
"""States in which its reporter has still to be told how it ended."""

_QUESTIONABLE = (S.RECEIVED, S.TRIAGED, S.ASSIGNED, S.VERIFYING, S.WAITING)
"""States in which a tip may turn out to be a question."""

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
    """What a reporter named another place for."""

    CORRECTED = "corrected"
    """The place reported before was wrong."""
    DIRECTION = "direction"
    """A person flees or is taken there."""
    OTHER = "other"
    """They don't say: an officer may move the case."""


class SubcaseState(StrEnum):
    """Where a sub-case stands."""

    ASKED = "asked"
    """Its unit hasn't taken it."""
    TAKEN = "taken"
    """Somebody works on it."""
    DONE = "done"
    """It has its result."""
    RETURNED = "returned"
    """Its unit gave it back."""
    CALLED_OFF = "called_off"
    """It isn't needed any more."""


class DeadlineState(StrEnum):
    """How a clock stands at a moment."""

    RUNNING = "running"
    """There is time."""
    WARN = "warn"
    """There is little time."""
    OVERDUE = "overdue"
    """The time has run out."""
    MET = "met"
    """What it asks for was done in time."""
    MET_LATE = "met_late"
    """What it asks for was done too late."""
    PAUSED = "paused"
    """It stands still while the reporter is waited for."""
    SUSPENDED = "suspended"
    """It stands still by a recorded decision."""


class DecisionKind(StrEnum):
    """What was decided, or done in writing, about a tip's clocks."""

    COMPLEX = "complex"
    """It is a complex case, so that the longer limit counts."""
    EXTENDED = "extended"
    """The procuracy extended the limit."""
    SUSPENDED = "suspended"
    """The check was suspended."""
    REVOKED = "revoked"
    """A suspension ended."""
    NOTICE = "notice"
    """The reporter was told in writing that it was taken in."""
    IDENTITY_REFUSED = "identity_refused"
    """The reporter refused to be named, so that no notice can be written to them."""


class EntryChannel(StrEnum):
    """How a tip came that no messenger brought; the tip's origin, which papers show and figures tell apart."""

    ENTRY = "entry"
    """The reporter came or called."""
    PHONE = "phone"
    """By telephone, where calls are told apart."""
    LETTER = "letter"
    """By letter or mail."""
    WEBSITE = "website"
    """By a form on a site."""


SettlingOutcome = Annotated[TipState | str, Alias("SettlingOutcome", choices="settling_outcomes")]
"""How the work on a tip ends: resolved, unfounded or refused."""
