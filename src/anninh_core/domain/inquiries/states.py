from enum import StrEnum


class InquiryState(StrEnum):
    """State of an inquiry."""

    RECEIVED = "received"
    """It waits for an answer."""
    REPLIED = "replied"
    """An answer was sent, and hasn't arrived yet."""
    ANSWERED = "answered"
    """The answer is known to have arrived."""
    CLOSED = "closed"
    """It is closed: no further answer will follow."""
    BECAME_TIP = "became_tip"
    """It turned out to be a tip."""
