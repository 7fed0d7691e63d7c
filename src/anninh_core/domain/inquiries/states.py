"""Where an inquiry stands."""

from enum import StrEnum


class InquiryState(StrEnum):
    """Where an inquiry stands."""

    RECEIVED = "received"
    """Nobody has answered."""
    REPLIED = "replied"
    """Words are on their way."""
    ANSWERED = "answered"
    """They are known to have arrived."""
    CLOSED = "closed"
    """Nothing more is said about it."""
    BECAME_TIP = "became_tip"
    """It turned out to be a tip."""
