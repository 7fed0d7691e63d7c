"""When a person may be written to, and what it costs: two windows that open with each of their interactions."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import frozen

from anninh_zalo.api.answers import number_in, text_in

OPEN_PERIOD = timedelta(days=7)
"""For so long after an interaction an account may write, by Zalo's documentation (-230 and -232 after that)."""

FREE_PERIOD = timedelta(hours=48)
"""For so long writing costs nothing. Whether 8 messages or any number is free is told differently by different sources;
what Zalo says is left decides."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_5000 = 95_617_584_000_000


@frozen
class ContactWindow:
    """What Zalo says of one person.

    Attributes:
        last: the last interaction, None for never.
        free_left: messages that cost nothing, None for any number.
    """

    last: datetime | None
    free_left: int | None

    @property
    def open_until(self) -> datetime | None:
        """When the account may not write any more; None if it may not now."""
        return None if self.last is None else self.last + OPEN_PERIOD

    def is_open(self, now: datetime) -> bool:
        """Tell whether the account may write."""
        return self.last is not None and now <= self.last + OPEN_PERIOD

    def is_free(self, now: datetime) -> bool:
        """Tell whether a message costs nothing."""
        return self.last is not None and now <= self.last + FREE_PERIOD and self.free_left != 0


def read_window(answer: Mapping[str, Any]) -> ContactWindow:
    """Read the answer of the quota endpoint for a person; what can't be read is a closed window."""
    last = number_in(answer, "data", "last_interaction")
    remaining_path = ("data", "cs_reply", "remain")
    last_contact = _EPOCH + timedelta(milliseconds=last) if last is not None and last < _YEAR_5000 else None
    return ContactWindow(
        last_contact,
        None if text_in(answer, *remaining_path) == "unlimited" else number_in(answer, *remaining_path) or 0,
    )
