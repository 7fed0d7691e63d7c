"""Token buckets, which compute from a messenger's rate limits when the next message may be sent.

A bucket is stored as the moment at which it will be full again. Taking a token moves that moment forward by the refill
time of one token. Moments are microseconds since 1970, so that nothing is lost by rounding.
"""

from collections.abc import Mapping

from attrs import evolve, field, frozen

from anninh_core.vocabulary.rates import Rate


@frozen(kw_only=True)
class RateLimit:
    """The rate limits of a messenger instance, None for unlimited.

    Attributes:
        overall: for all messages together.
        recipient: for messages to one person or group.
    """

    overall: Rate | None = None
    recipient: Rate | None = None


@frozen
class BucketState:
    """State of the token buckets of a messenger instance.

    Attributes:
        overall: when the bucket of all messages is full again.
        recipients: when the bucket of each conversation is full again; full ones are left out.
    """

    overall: int = 0
    recipients: Mapping[str, int] = field(factory=dict)

    def wait(self, limit: RateLimit, to: str, now: int, *, pressing: bool) -> int:
        """Return how many microseconds a message must wait; if `pressing`, it may use the reserve."""
        waits = [0]
        if (rate := limit.overall) is not None:
            waits.append(rate.wait_time(self.overall, now, 0 if pressing else rate.reserve))
        if (rate := limit.recipient) is not None:
            waits.append(rate.wait_time(self.recipients.get(to, 0), now, 0 if pressing else rate.reserve))
        return max(waits)

    def after_send(self, limit: RateLimit, to: str, now: int) -> "BucketState":
        """Return the state of the buckets after a message was sent to the recipient `to`."""
        state = self
        if (rate := limit.overall) is not None:
            state = evolve(state, overall=rate.after_take(self.overall, now))
        if (rate := limit.recipient) is not None:
            state = evolve(state, recipients={**self.recipients, to: rate.after_take(self.recipients.get(to, 0), now)})
        return state

    def at_moment(self, limit: RateLimit, now: int) -> "BucketState":
        """Return the state of the buckets at the moment `now`: without full ones, and with none below empty.

        Store the change, or a clock that was set back blocks all messages until it has caught up.
        """
        overall = limit.overall
        recipient = limit.recipient
        return BucketState(
            overall=overall.clamp(self.overall, now) if overall and self.overall > now else 0,
            recipients={
                to: recipient.clamp(full_at, now)
                for to, full_at in self.recipients.items()
                if recipient is not None and full_at > now
            },
        )
