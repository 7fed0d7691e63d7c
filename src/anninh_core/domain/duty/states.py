"""Where an alarm stands, by what somebody was told of it, and why somebody isn't."""

from enum import StrEnum


class AlarmState(StrEnum):
    """Where an alarm stands. The values are stored."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ENDED = "ended"


class Telling(StrEnum):
    """By what somebody was told. The values are stored."""

    PAGE = "page"
    AGAIN = "again"
    HANDED_UP = "handed_up"
    MORE = "more"
    NOTICE = "notice"
    SUPERVISOR = "supervisor"
    PARENT = "parent"
    PASSED_OVER = "passed_over"
    UNHEARD = "unheard"


class Gap(StrEnum):
    """Why somebody on a roster isn't told."""

    NO_GRANT = "no_grant"
    NO_CHAT = "no_chat"
    EXCLUDED = "excluded"
