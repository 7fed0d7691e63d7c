"""The remaining requests of this minute, and the package's remaining messages of this month.

Both are the latest values from Zalo in this process. Nothing is predicted: prices and limits change by contract, and
only the platform knows them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from attrs import frozen

from anninh_core.kernel.errors import RetryLater
from anninh_core.vocabulary.purposes import find_purpose
from anninh_zalo.api.answers import RateHeaders, get_number, get_text
from anninh_zalo.errors.classify import Host

FREE_QUOTA = "reply"
"""Name of the quota of free messages, which apply in the 48 hours after a person wrote; every other quota is the
package's.
"""

_TRUST_PERIOD = timedelta(hours=1)
"""Time for which a package's balance is trusted: the account may have bought more, or a month may have begun."""


@frozen
class PackageBalance:
    """Balance of the package's messages, from a response.

    Attributes:
        kind: `sub_quota`, `purchase_quota` or `reward_quota`.
        expires: in Zalo's format, dd/mm/yyyy.
    """

    kind: str
    remaining: int
    total: int
    expires: str
    observed_at: datetime

    def is_reserved(self, reserve: int, now: datetime) -> bool:
        """Return whether no more than the reserve is left; a balance older than an hour is ignored."""
        return self.remaining <= reserve and now - self.observed_at < _TRUST_PERIOD


class QuotaGuard:
    """Keeps a reserve of the quota for urgent messages. Threads may share it.

    Args:
        reserve: requests of a minute, and messages of the package, that only urgent messages may use.
    """

    def __init__(self, reserve: int) -> None:
        self._reserve = reserve
        self._lock = Lock()
        self._minute: tuple[datetime, RateHeaders] | None = None
        self._package: PackageBalance | None = None

    @property
    def package(self) -> PackageBalance | None:
        """The latest balance of the package, None before the first balance from Zalo."""
        return self._package

    def observe_rates(self, host: Host, rates: RateHeaders, now: datetime) -> None:
        """Store the limits of this minute from a response's headers."""
        if host is Host.OPENAPI:
            with self._lock:
                self._minute = (now, rates)

    def observe_quota(self, response: Mapping[str, Any], now: datetime) -> None:
        """Store the package's balance from the response to a message; responses to free messages have none."""
        quota = response.get("data")
        quota = quota.get("quota") if isinstance(quota, Mapping) else None
        if not isinstance(quota, Mapping) or get_text(quota, "quota_type") in ("", FREE_QUOTA):
            return
        remaining = get_number(quota, "remain")
        if remaining is not None:
            package = PackageBalance(
                kind=get_text(quota, "quota_type"),
                remaining=remaining,
                total=get_number(quota, "total") or 0,
                expires=get_text(quota, "expired_date"),
                observed_at=now,
            )
            with self._lock:
                self._package = package

    def has_spare(self, now: datetime, calls: int) -> bool:
        """Return whether so many requests fit into this minute without using the reserve; True if the limits are
        unknown.

        For work that can wait for another minute, such as reading missed events.
        """
        with self._lock:
            minute = self._minute
        return minute is None or not _is_same_minute(minute[0], now) or minute[1].remaining - self._reserve >= calls

    def require_quota(self, purpose: str, now: datetime, free: Callable[[], bool]) -> None:
        """Raise `RetryLater` if the remaining quota is reserved for messages more urgent than this one.

        Args:
            now: the moment, with time zone.
            free: returns whether the message is free; called only if that matters.

        Raises:
            RetryLater: the message has to wait; nothing was sent.
        """
        if find_purpose(purpose).urgent:
            return
        with self._lock:
            minute = self._minute
            package = self._package
        if minute is not None and _is_same_minute(minute[0], now) and minute[1].remaining <= self._reserve:
            wait = timedelta(seconds=60 - now.second)
            raise RetryLater(
                "The last requests of this minute are reserved for emergencies and receipts: wait for the next minute.",
                wait,
            )
        if package is not None and package.is_reserved(self._reserve, now) and not free():
            raise RetryLater(
                "The last messages of the account's package are reserved for emergencies and receipts: try "
                "again later, or buy more messages.",
                _TRUST_PERIOD,
            )


def _is_same_minute(moment: datetime, other: datetime) -> bool:
    return abs(other - moment) < timedelta(minutes=1) and moment.minute == other.minute
