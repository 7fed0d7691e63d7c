"""Where a finding of the leak check stands."""

from enum import StrEnum


class LeakState(StrEnum):
    """Where a finding stands. The values are stored."""

    REVIEW = "review"
    """It stands beside a gate of an item, or of a report; whoever answers it there clears what was found."""
    HELD = "held"
    """Something that was on its way waits for a person."""
    RELEASED = "released"
    """A person let it out."""
    STOPPED = "stopped"
    """A person kept it in."""
