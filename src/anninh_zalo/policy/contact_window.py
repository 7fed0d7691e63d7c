"""When a person may be written to, and what it costs: two windows that open with each of their interactions."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import frozen

from anninh_zalo.api.answers import get_number, get_text

OPEN_PERIOD = timedelta(days=7)
"""Time after a person's interaction during which an account may write, by Zalo's documentation (-230 and -232 after
that).
"""

FREE_PERIOD = timedelta(hours=48)
"""Time after a person's interaction during which writing is free. Sources differ on whether 8 messages or any number is
free; Zalo's count of messages left decides.
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_5000 = 95_617_584_000_000


@frozen
class ContactWindow:
    """Zalo's contact data for one person.

    Attributes:
        last: the last interaction, None for never.
        free_left: number of free messages left, None for any number.
    """

    last: datetime | None
    free_left: int | None

    @property
    def open_until(self) -> datetime | None:
        """Time from which the account may no longer write; None if it may not write now."""
        return None if self.last is None else self.last + OPEN_PERIOD

    def is_open(self, now: datetime) -> bool:
        """Return whether the account may write to the person at a moment."""
        return self.last is not None and now <= self.last + OPEN_PERIOD

    def is_free(self, now: datetime) -> bool:
        """Return whether a message to the person is free at a moment."""
        return self.last is not None and now <= self.last + FREE_PERIOD and self.free_left != 0


def read_window(response: Mapping[str, Any]) -> ContactWindow:
    """Parse the quota endpoint's response for a person; an unreadable response gives a closed window."""
    last = get_number(response, "data", "last_interaction")
    remaining_path = ("data", "cs_reply", "remain")
    last_contact = _EPOCH + timedelta(milliseconds=last) if last is not None and last < _YEAR_5000 else None
    return ContactWindow(
        last_contact,
        None if get_text(response, *remaining_path) == "unlimited" else get_number(response, *remaining_path) or 0,
    )
