"""How a tip's clock stands, and which papers there are about it."""

from enum import StrEnum


class DeadlineState(StrEnum):
    """How a clock stands at a moment."""

    RUNNING = "running"
    WARN = "warn"
    OVERDUE = "overdue"
    MET = "met"
    MET_LATE = "met_late"
    PAUSED = "paused"
    SUSPENDED = "suspended"


class DecisionKind(StrEnum):
    """What was decided, or done in writing, about a tip's clocks."""

    COMPLEX = "complex"
    EXTENDED = "extended"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    NOTICE = "notice"
    IDENTITY_REFUSED = "identity_refused"
