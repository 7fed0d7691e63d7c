"""Rules for when outbox rows may be sent: quiet hours and rate limits postpone them, which doesn't count as a try."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from anninh_core.messaging.outbound.rate_limits import RateLimiter
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.purposes import find_purpose


class SendScheduler:
    """Decides which outbox rows may be sent now.

    Args:
        urgent: returns whether a row can't wait for the morning.
    """

    def __init__(self, district: District, limiter: RateLimiter, urgent: Callable[[OutboxRow], bool]) -> None:
        self._district = district
        self._limiter = limiter
        self._is_urgent = urgent

    def claim_portions(
        self, instances: Sequence[str], now: datetime, limit: int
    ) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield messenger instances with the number of outbox rows to claim from them; rate-limited ones separately, up
        to the available tokens.
        """
        free = [instance for instance in instances if not self._limiter.is_limited(instance)]
        if free:
            yield limit, free
        for instance in instances:
            available = self._limiter.available(instance, now) if instance not in free else 0
            if claim_limit := limit if available is None else min(limit, available):
                yield claim_limit, [instance]

    def postpone_rows(self, rows: Sequence[OutboxRow], now: datetime) -> Mapping[str, datetime]:
        """Take tokens for outbox rows; return, by row id, until when each row that must wait is postponed."""
        postponed = self._postpone_in_quiet_hours(rows, now)
        sendable = [row for row in rows if row.id not in postponed]
        for instance, instance_rows in groupby(sorted(sendable, key=_get_messenger_name), key=_get_messenger_name):
            postponed |= self._limiter.take(instance, list(instance_rows), now)
        return postponed

    def _postpone_in_quiet_hours(self, rows: Iterable[OutboxRow], now: datetime) -> dict[str, datetime]:
        until = self._district.delivery.quiet_until(now, self._district.timezone)
        if until is None:
            return {}
        return {row.id: until for row in rows if _waits_in_quiet_hours(row) and not self._is_urgent(row)}


def _waits_in_quiet_hours(row: OutboxRow) -> bool:
    """Return whether an outbox row may wait for the morning: answers to residents and emergencies never do."""
    if row.lane is Lane.BROADCAST:
        return True
    return row.lane is Lane.REPLY and find_purpose(row.purpose).waits_in_quiet_hours


def _get_messenger_name(row: OutboxRow) -> str:
    return row.messenger
