"""How a tip's clock stands, and which papers there are about it."""

from enum import StrEnum


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
