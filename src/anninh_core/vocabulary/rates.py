"""Rate limits of messages."""

from attrs import frozen

from anninh_core.kernel.errors import BadInput

_MINUTE = 60_000_000


@frozen(kw_only=True)
class Rate:
    """A rate limit as a token bucket: messages per minute, and a burst.

    Attributes:
        reserve: tokens of the burst that are kept for urgent messages.

    Raises:
        BadInput: the limit would block every message.
    """

    per_minute: float
    burst: int = 1
    reserve: int = 0

    def __attrs_post_init__(self) -> None:
        if self.per_minute <= 0 or not 0 <= self.reserve < self.burst:
            raise BadInput(
                "A rate of {per_minute} a minute, with a burst of {burst} and a reserve of {reserve}, is "
                "invalid: set the rate above 0, the reserve to 0 or more, and the burst above the reserve.",
                per_minute=self.per_minute,
                burst=self.burst,
                reserve=self.reserve,
            )

    @property
    def refill_interval(self) -> int:
        """Microseconds until one token is refilled."""
        return max(1, round(_MINUTE / self.per_minute))

    def clamp(self, full_at: int, now: int) -> int:
        """Return `full_at`, or the time when an empty bucket would be full if that is earlier: a later `full_at` means
        that the clock was set back.
        """
        return min(full_at, now + self.burst * self.refill_interval)

    def after_take(self, full_at: int, now: int) -> int:
        """Return when the token bucket will be full after one more token is taken, in microseconds."""
        return max(full_at, now) + self.refill_interval

    def wait_time(self, full_at: int, now: int, reserve: int) -> int:
        """Return the microseconds until a token can be taken without using the reserve."""
        return max(0, self.after_take(full_at, now) - (self.burst - reserve) * self.refill_interval - now)

    def available(self, full_at: int, now: int) -> int:
        """Return the number of tokens that are in the bucket, the reserve included."""
        return max(
            0,
            (now + (self.burst + 1) * self.refill_interval - self.after_take(full_at, now)) // self.refill_interval,
        )
