"""What is left: of the requests of this minute, and of the package's messages of this month.

Both are what Zalo last told this process. Nothing is counted ahead: prices and limits change by contract, and only
the platform knows them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from attrs import frozen

from anninh_core.kernel.errors import RetryLater
from anninh_core.vocabulary.purposes import purpose_of
from anninh_zalo.api.answers import RateHeaders, number_in, text_in
from anninh_zalo.errors.classify import Host

FREE_QUOTA = "reply"
"""The quota of messages that cost nothing, in the 48 hours after somebody wrote; every other one is the package's."""

_TRUST_PERIOD = timedelta(hours=1)
"""How long what was told of the package is believed: somebody may have bought more, or a month may have begun."""


@frozen
class PackageBalance:
    """What an answer said of the package's messages.

    Attributes:
        kind: `sub_quota`, `purchase_quota` or `reward_quota`.
        expires: as Zalo writes it, dd/mm/yyyy.
    """

    kind: str
    remaining: int
    total: int
    expires: str
    observed_at: datetime

    def is_reserved(self, reserve: int, now: datetime) -> bool:
        """Tell whether no more is left than the reserve; what was told an hour ago counts no more."""
        return self.remaining <= reserve and now - self.observed_at < _TRUST_PERIOD


class QuotaGuard:
    """Keeps a reserve for what can't wait. Threads may share it.

    Args:
        reserve: requests of a minute, and messages of the package, that only pressing messages may use.
    """

    def __init__(self, reserve: int) -> None:
        self._reserve = reserve
        self._lock = Lock()
        self._minute: tuple[datetime, RateHeaders] | None = None
        self._package: PackageBalance | None = None

    @property
    def package(self) -> PackageBalance | None:
        """What was last told of the package, None before anything was."""
        return self._package

    def observe_rates(self, host: Host, rates: RateHeaders, now: datetime) -> None:
        """Remember what an answer's headers say of this minute."""
        if host is Host.OPENAPI:
            with self._lock:
                self._minute = (now, rates)

    def observe_quota(self, answer: Mapping[str, Any], now: datetime) -> None:
        """Remember what the answer to a message says of the package; free messages say nothing of it."""
        quota = answer.get("data")
        quota = quota.get("quota") if isinstance(quota, Mapping) else None
        if not isinstance(quota, Mapping) or text_in(quota, "quota_type") in ("", FREE_QUOTA):
            return
        remaining = number_in(quota, "remain")
        if remaining is not None:
            package = PackageBalance(
                kind=text_in(quota, "quota_type"),
                remaining=remaining,
                total=number_in(quota, "total") or 0,
                expires=text_in(quota, "expired_date"),
                observed_at=now,
            )
            with self._lock:
                self._package = package

    def has_spare(self, now: datetime, calls: int) -> bool:
        """Tell whether so many requests fit into this minute without using the reserve; yes where it is unknown.

        For what can wait for another minute: reading what the webhook has missed, for instance.
        """
        with self._lock:
            minute = self._minute
        return minute is None or not _same_minute(minute[0], now) or minute[1].remaining - self._reserve >= calls

    def require(self, purpose: str, now: datetime, free: Callable[[], bool]) -> None:
        """Let a message pass, unless what is left is reserved for more urgent ones.

        Args:
            now: the moment, aware.
            free: tells whether the message would cost nothing; asked only where it matters.

        Raises:
            RetryLater: it waits; nothing was sent.
        """
        if purpose_of(purpose).urgent:
            return
        with self._lock:
            minute = self._minute
            package = self._package
        if minute is not None and _same_minute(minute[0], now) and minute[1].remaining <= self._reserve:
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


def _same_minute(one: datetime, other: datetime) -> bool:
    return abs(other - one) < timedelta(minutes=1) and one.minute == other.minute
