from enum import StrEnum


class InquiryState(StrEnum):
    """State of an inquiry."""

    RECEIVED = "received"
    """The inquiry waits for an answer."""
    REPLIED = "replied"
    """An answer was sent, and hasn't arrived yet."""
    ANSWERED = "answered"
    """The answer is known to have arrived."""
    CLOSED = "closed"
    """The inquiry is closed: no further answer will follow."""
    BECAME_TIP = "became_tip"
    """The inquiry turned out to be a tip."""
