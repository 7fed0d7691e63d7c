"""Where an inquiry stands."""

from enum import StrEnum


class InquiryState(StrEnum):
    """Where an inquiry stands."""

    RECEIVED = "received"
    REPLIED = "replied"  # words are on their way
    ANSWERED = "answered"  # they are known to have arrived
    CLOSED = "closed"
    BECAME_TIP = "became_tip"
