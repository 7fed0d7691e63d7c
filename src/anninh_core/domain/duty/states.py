"""Where an alarm stands, by what somebody was told of it, and why somebody isn't."""

from enum import StrEnum


class AlarmState(StrEnum):
    """Where an alarm stands. The values are stored."""

    OPEN = "open"
    """Nobody has taken it in hand."""
    ACKNOWLEDGED = "acknowledged"
    """An officer has, and goes on."""
    ENDED = "ended"
    """Nothing is asked of anybody any more."""


class Telling(StrEnum):
    """By what somebody was told. The values are stored."""

    PAGE = "page"
    """Called at once, as whoever is on duty."""
    AGAIN = "again"
    """Called once more."""
    HANDED_UP = "handed_up"
    """Called because those before didn't answer."""
    MORE = "more"
    """Told that there is more."""
    NOTICE = "notice"
    """Told in the next notice."""
    SUPERVISOR = "supervisor"
    """Told as a supervisor."""
    PARENT = "parent"
    """Told as the unit above."""
    PASSED_OVER = "passed_over"
    """Not told; says why."""
    UNHEARD = "unheard"
    """Nobody could be reached."""


class Gap(StrEnum):
    """Why somebody on a roster isn't told."""

    NO_GRANT = "no_grant"
    """They may not handle it on that day."""
    NO_CHAT = "no_chat"
    """They have no chat that notices go to."""
    EXCLUDED = "excluded"
    """A conflict of interest keeps them away."""
