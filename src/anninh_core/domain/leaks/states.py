from enum import StrEnum


class LeakState(StrEnum):
    """State of a finding. The values are stored."""

    REVIEW = "review"
    """The finding was made at a gate of an item or report; a reviewer's answer clears it."""
    HELD = "held"
    """The text is held until a person decides."""
    RELEASED = "released"
    """A person released the text."""
    STOPPED = "stopped"
    """A person stopped the text."""
