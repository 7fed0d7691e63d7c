"""Limits the rate of requests per address or person, by token buckets in memory."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from threading import Lock

from starlette.types import Scope

from anninh_core.domain.accounts.rules import NOWHERE
from anninh_core.kernel.addresses import parse_ip_address
from anninh_core.kernel.errors import ConfigurationError, TooManyRequests
from anninh_core.vocabulary.rates import Rate

FORWARDING = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip"})
"""Headers in which proxies state the client's address."""

_CAPACITY = 20_000
_CACHED = 1024
_MOST_UNNAMED = 8
_log = logging.getLogger(__name__)
Network = IPv4Network | IPv6Network


class RequestRateLimiter:
    """A thread-safe rate limiter with one token bucket per key. A new key starts with a full bucket.

    Args:
        rate: rate of each bucket.
        capacity: limit of buckets; the bucket used longest ago is dropped first.
        now: seconds of a monotonic clock.
    """

    def __init__(self, rate: Rate, capacity: int = _CAPACITY, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._capacity = capacity
        self._now = now
        self._full_at: dict[str, int] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, key: str) -> None:
        """Take a token from the token bucket of `key`.

        Raises:
            TooManyRequests: the bucket is empty; states when there will be a token.
        """
        now = int(self._now() * 1_000_000)
        with self._lock:
            full_at = self._full_at.pop(key, 0)
            wait = self._rate.wait_time(full_at, now, 0)
            self._full_at[key] = full_at if wait else self._rate.after_take(full_at, now)
            if len(self._full_at) > self._capacity:
                del self._full_at[next(iter(self._full_at))]
        if wait:
            raise TooManyRequests("Too many requests came at once: wait, then try again.", timedelta(microseconds=wait))


class Addresses:
    """Finds the address of the client who sent a request, also behind proxies.

    Args:
        proxies: trusted networks; of their `X-Forwarded-For` only the last entry is used, which they wrote.

    Raises:
        ConfigurationError: an entry isn't a network.
    """

    def __init__(self, proxies: tuple[str, ...]) -> None:
        self._proxies = tuple(map(_parse_network, proxies))
        self._unnamed = set[str]()
        # The answers are cached, since a proxy has the same address at every call.
        self._is_proxy = lru_cache(_CACHED)(self._is_trusted_proxy)
        self._is_near = lru_cache(_CACHED)(_is_local_address)

    def find(self, scope: Scope) -> str:
        """Return the client's address, for IPv6 its /64 network; "nowhere" if it is unknown."""
        client = scope.get("client")
        peer = client[0] if client else ""
        if self._is_proxy(peer):
            forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
            if forwarded:
                peer = forwarded[-1].decode("latin-1").rpartition(",")[2].strip()
        return _shorten_address(peer)

    def is_shared(self, scope: Scope) -> bool:
        """Return whether the client's address is only that of a proxy that the settings don't name, so that any client
        may have it.

        The header alone proves nothing, as any client may write it; a proxy also has an address of this machine or its
        network. The log names each such proxy once.
        """
        client = scope.get("client")
        if client is None or not any(name in FORWARDING for name, _ in scope["headers"]):
            return False
        peer = client[0]
        is_shared = not self._is_proxy(peer) and self._is_near(peer)
        if is_shared and peer not in self._unnamed and len(self._unnamed) < _MOST_UNNAMED:
            self._unnamed.add(peer)
            _log.warning(
                "requests come through %s, which looks like a proxy that `door.api.proxies` of the settings doesn't "
                "name: everybody behind it counts as one address; docs/howto/run_it.md says what to set",
                peer,
            )
        return is_shared

    def _is_trusted_proxy(self, peer: str) -> bool:
        address = parse_ip_address(peer)
        return address is not None and any(address in network for network in self._proxies)


@lru_cache(_CACHED)
def _shorten_address(peer: str) -> str:
    address = parse_ip_address(peer)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address or NOWHERE)


def _is_local_address(peer: str) -> bool:
    address = parse_ip_address(peer)
    return address is not None and not address.is_global


def _parse_network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise ConfigurationError(
            "{network!r} isn't a network ({reason}): write it like 10.0.0.0/8.", network=text, reason=error
        ) from error
