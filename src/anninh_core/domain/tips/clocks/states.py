"""Which papers there are about a tip's clocks."""

from enum import StrEnum


class DecisionKind(StrEnum):
    """What was decided, or done in writing, about a tip's clocks."""

    COMPLEX = "complex"
    EXTENDED = "extended"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    NOTICE = "notice"
    IDENTITY_REFUSED = "identity_refused"
