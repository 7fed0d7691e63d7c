"""States of an alarm, kinds of notification, and reasons for not notifying an officer."""

from enum import StrEnum


class AlarmState(StrEnum):
    """State of an alarm. The values are stored."""

    OPEN = "open"
    """No officer has acknowledged the alarm."""
    ACKNOWLEDGED = "acknowledged"
    """An officer has acknowledged the alarm and works on its case."""
    ENDED = "ended"
    """The alarm needs no more action."""


class NotificationKind(StrEnum):
    """Kind of a line in an alarm's escalation log. The values are stored."""

    PAGE = "page"
    """First urgent notice, to the officer on duty."""
    AGAIN = "again"
    """Repeated urgent notice to the same officer."""
    HANDED_UP = "handed_up"
    """Urgent notice to the next officer, because the previous ones didn't answer."""
    MORE = "more"
    """Urgent notice about further danger."""
    NOTICE = "notice"
    """Entry in the next collected notice of new tips."""
    SUPERVISOR = "supervisor"
    """Notice to a supervisor."""
    PARENT = "parent"
    """Notice to the unit above."""
    PASSED_OVER = "passed_over"
    """The officer was passed over and got no notice; `gap` has the reason."""
    UNHEARD = "unheard"
    """No officer could be reached."""


class Gap(StrEnum):
    """Why an officer on a roster isn't notified."""

    NO_GRANT = "no_grant"
    """The officer has no permission on that day to handle the matter."""
    NO_CHAT = "no_chat"
    """The officer has no chat for notices."""
    EXCLUDED = "excluded"
    """A conflict of interest excludes the officer."""
