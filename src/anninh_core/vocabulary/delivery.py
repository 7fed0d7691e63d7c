"""Lanes of the outbox, and the delivery rules of a district: quiet hours, retry time and alarm."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from attrs import field, frozen

from anninh_core.kernel.errors import BadInput


class Lane(StrEnum):
    """How urgent a row of the outbox is, the most urgent first. Their order is stored with the rows: a new one is last.

    Rows of one conversation and lane leave in order. `MEDIA` is what is fetched from a platform instead of sent to it.
    """

    EMERGENCY = "emergency"
    """What is about danger; it waits for nothing else."""
    REPLY = "reply"
    """What somebody waits for."""
    BROADCAST = "broadcast"
    """What goes to many, and can wait."""
    MEDIA = "media"
    """Files that are fetched."""


PATIENCE: Mapping[Lane, timedelta] = {
    Lane.EMERGENCY: timedelta(minutes=2),
    Lane.REPLY: timedelta(hours=24),
    Lane.BROADCAST: timedelta(hours=24),
    Lane.MEDIA: timedelta(hours=24),
}
"""Lane -> how long a message, or fetching a picture, is tried where the profile doesn't say otherwise."""


@frozen(kw_only=True)
class DeliveryRules:
    """Delivery rules of the profile.

    Attributes:
        quiet: start and end, on the district's clock, of the hours in which broadcasts and notices to officers wait;
            None for none.
        patience: lane -> how long a message that can't be sent now, or a picture that can't be fetched, is tried before
            it goes to the failure desk.
        alarm_after: age of the oldest entry of the failure desk at which those who decide are told, once per such a
            span.
        unreadable_per_day: how many events of one messenger that its adapter can't read are stored in a day; webhooks
            above that are refused until the next day, so that their platform sends them again.

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
        """Return when the quiet hours end that a moment lies in, None outside of them."""
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
