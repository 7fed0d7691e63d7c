"""Token buckets as numbers: how fast a messenger may be used, and when the next message may leave.

A bucket is kept as the moment at which it will be full again. Taking a token moves that moment on by the time in which
one token comes back. Moments are microseconds since 1970, so that nothing is lost by rounding.
"""

from collections.abc import Mapping

from attrs import evolve, field, frozen

from anninh_core.kernel.errors import BadInput

_MINUTE = 60_000_000


@frozen(kw_only=True)
class Rate:
    """So many a minute, and so many at once after a rest.

    Attributes:
        reserve: of those at once, kept for what can't wait.

    Raises:
        BadInput: nothing could ever leave.
    """

    per_minute: float
    burst: int = 1
    reserve: int = 0

    def __attrs_post_init__(self) -> None:
        if self.per_minute <= 0 or not 0 <= self.reserve < self.burst:
            raise BadInput(
                f"a rate of {self.per_minute:g} a minute, {self.burst} at once, {self.reserve} of them kept back lets "
                "nothing leave; give a rate above 0 and a burst above the reserve"
            )

    @property
    def gap(self) -> int:
        """Microseconds in which one token comes back."""
        return max(1, round(_MINUTE / self.per_minute))

    def sound(self, full_at: int, now: int) -> int:
        """Return the bucket as empty where it says more than that: then the clock was set back."""
        return min(full_at, now + self.burst * self.gap)

    def taken(self, full_at: int, now: int) -> int:
        """Return when the bucket will be full after one more token is taken."""
        return max(full_at, now) + self.gap

    def wait(self, full_at: int, now: int, reserve: int) -> int:
        """Return how long until a token can be taken and a reserve still stays."""
        return max(0, self.taken(full_at, now) - (self.burst - reserve) * self.gap - now)

    def left(self, full_at: int, now: int) -> int:
        """Return how many tokens there are, the reserve included."""
        return max(0, (now + (self.burst + 1) * self.gap - self.taken(full_at, now)) // self.gap)


@frozen(kw_only=True)
class Pace:
    """How fast a messenger instance may be used, None for as fast as it goes.

    Attributes:
        overall: messages to everybody together.
        recipient: messages to one person or group.
    """

    overall: Rate | None = None
    recipient: Rate | None = None


@frozen
class Spent:
    """What was taken from the buckets of one messenger instance.

    Attributes:
        overall: when the bucket of all messages is full again.
        recipients: conversation -> when its bucket is full again; a full one is left out.
    """

    overall: int = 0
    recipients: Mapping[str, int] = field(factory=dict)

    def wait(self, pace: Pace, to: str, now: int, *, pressing: bool) -> int:
        """Return how many microseconds a message must wait; one that is pressing may use the reserve."""
        waits = [0]
        if (rate := pace.overall) is not None:
            waits.append(rate.wait(self.overall, now, 0 if pressing else rate.reserve))
        if (rate := pace.recipient) is not None:
            waits.append(rate.wait(self.recipients.get(to, 0), now, 0 if pressing else rate.reserve))
        return max(waits)

    def less(self, pace: Pace, to: str, now: int) -> "Spent":
        """Return the buckets after a message has left."""
        spent = self
        if (rate := pace.overall) is not None:
            spent = evolve(spent, overall=rate.taken(self.overall, now))
        if (rate := pace.recipient) is not None:
            spent = evolve(spent, recipients={**self.recipients, to: rate.taken(self.recipients.get(to, 0), now)})
        return spent

    def as_of(self, pace: Pace, now: int) -> "Spent":
        """Return the buckets as they count now: full ones forgotten, and none emptier than empty.

        What was changed must be kept, or a clock that was set back holds everything until it has caught up.
        """
        overall, recipient = pace.overall, pace.recipient
        return Spent(
            overall=overall.sound(self.overall, now) if overall and self.overall > now else 0,
            recipients={
                to: recipient.sound(full_at, now)
                for to, full_at in self.recipients.items()
                if recipient is not None and full_at > now
            },
        )
