"""Lanes of the outbox, and rules of a district for delivery: quiet hours, how long to retry, and an alarm."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from attrs import field, frozen

from anninh_core.kernel.errors import BadInput


class Lane(StrEnum):
    """The urgency of an outbox row, the most urgent first. The order is stored with the rows: a new lane is added last.

    Rows of one conversation and lane leave in order. `MEDIA` rows are fetched from a platform instead of sent to it.
    """

    EMERGENCY = "emergency"
    """Messages about danger, which wait for nothing else."""
    REPLY = "reply"
    """Messages for which a person waits."""
    BROADCAST = "broadcast"
    """Messages to many recipients, which can wait."""
    MEDIA = "media"
    """Files that are fetched from a platform."""


PATIENCE: Mapping[Lane, timedelta] = {
    Lane.EMERGENCY: timedelta(minutes=2),
    Lane.REPLY: timedelta(hours=24),
    Lane.BROADCAST: timedelta(hours=24),
    Lane.MEDIA: timedelta(hours=24),
}
"""Lane -> how long, by default, sending a message or fetching a picture is retried."""


@frozen(kw_only=True)
class DeliveryRules:
    """Rules of the profile for the delivery of messages.

    Attributes:
        quiet: start and end of the hours in which broadcasts and notices to officers wait, in the district's time zone;
            None for none.
        patience: lane -> how long a message that can't be sent, or a picture that can't be fetched, is retried before
            it goes to the failure desk.
        alarm_after: age of the oldest entry of the failure desk at which the deciding officers are notified, once per
            this interval.
        unreadable_per_day: most events per messenger and day that are stored although its adapter can't read them;
            further webhooks are refused until the next day, so that the platform sends them again.

    Raises:
        BadInput: the quiet hours never end.
    """

    quiet: tuple[time, time] | None = (time(22), time(6))
    patience: Mapping[Lane, timedelta] = field(factory=lambda: dict(PATIENCE))
    alarm_after: timedelta = timedelta(hours=24)
    unreadable_per_day: int = 1000

    def __attrs_post_init__(self) -> None:
        if self.quiet is not None and self.quiet[0] == self.quiet[1]:
            raise BadInput(
                "Quiet hours from {start} to {end} never end: choose two different times.",
                start=f"{self.quiet[0]:%H:%M}",
                end=f"{self.quiet[1]:%H:%M}",
            )

    def quiet_until(self, moment: datetime, zone: tzinfo) -> datetime | None:
        """Return the end of the quiet hours if `moment` is within them, else None."""
        if self.quiet is None:
            return None
        (start, end) = self.quiet
        local = moment.astimezone(zone)
        over_midnight = end <= start
        clock = local.time()
        if not ((clock >= start or clock < end) if over_midnight else start <= clock < end):
            return None
        day = local.date() + timedelta(days=1) if over_midnight and clock >= start else local.date()
        return datetime.combine(day, end, zone).astimezone(moment.tzinfo)
