import logging
import threading
from datetime import timedelta

import anyio
import pytest
from starlette.exceptions import HTTPException

from anninh_core.app.settings import ApiSettings
from anninh_core.kernel.errors import ConfigurationError, TooManyRequests
from anninh_core.vocabulary.rates import Rate
from anninh_core.web.api.call_threads import CallThreads
from anninh_core.web.api.rate_limits import Addresses, RequestRateLimiter


class ManualClock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_client_over_the_limit_waits() -> None:
    """After a burst a client has to wait for the time that the refusal names; this time is sufficient, and other
    clients aren't delayed.
    """
    seconds = ManualClock()
    limiter = RequestRateLimiter(Rate(per_minute=60, burst=3), now=seconds)
    for _ in range(3):
        limiter.take("a")

    with pytest.raises(TooManyRequests) as refused:
        limiter.take("a")
    limiter.take("b")
    seconds.now += refused.value.after.total_seconds()
    limiter.take("a")

    assert refused.value.after == timedelta(seconds=1)


def test_refused_call_costs_nothing() -> None:
    """A refused call doesn't extend the client's waiting time."""
    seconds = ManualClock()
    limiter = RequestRateLimiter(Rate(per_minute=60, burst=1), now=seconds)
    limiter.take("a")
    for _ in range(50):
        with pytest.raises(TooManyRequests):
            limiter.take("a")
    seconds.now += 1

    limiter.take("a")


def test_number_of_buckets_is_limited() -> None:
    """The number of remembered rate limiters is limited, and the least recently used are dropped."""
    limiter = RequestRateLimiter(Rate(per_minute=60, burst=1), capacity=10, now=ManualClock())
    for number in range(1000):
        limiter.take(str(number))

    assert len(limiter) == 10


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),  # The client claims this address for itself.
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "10.0.0.1, 198.51.100.1", "198.51.100.1"),  # The proxy sets only the last address in the header.
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "nonsense", "nowhere"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.5", "", "203.0.113.5"),
    ],
)
def test_client_address_is_determined(peer: str, forwarded: str, found: str) -> None:
    """The client's address is taken from a trusted proxy and never from the client itself, and an IPv6 network of one
    customer counts as one address.
    """
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []

    assert Addresses(("127.0.0.0/8",)).find({"client": (peer, 1), "headers": headers}) == found


@pytest.mark.parametrize(
    ("peer", "header", "proxies", "is_shared"),
    [
        ("127.0.0.1", b"x-forwarded-for", (), True),
        ("127.0.0.1", b"forwarded", (), True),
        ("::1", b"x-real-ip", (), True),
        ("10.1.2.3", b"x-forwarded-for", ("127.0.0.0/8",), True),
        ("127.0.0.1", b"x-forwarded-for", ("127.0.0.0/8",), False),
        ("127.0.0.1", b"accept", (), False),
        ("8.8.8.8", b"x-forwarded-for", (), False),  # A client from outside sets the header.
    ],
)
def test_unnamed_proxy_is_reported_once(
    caplog: pytest.LogCaptureFixture, peer: str, header: bytes, proxies: tuple[str, ...], is_shared: bool
) -> None:
    """A call through a proxy that isn't in the settings counts as from a shared address, and the log names the address
    and the setting once.
    """
    addresses = Addresses(proxies)
    scope = {"client": (peer, 1), "headers": [(header, b"198.51.100.1")]}
    with caplog.at_level(logging.WARNING):
        assert [addresses.is_shared(scope) for _ in range(3)] == [is_shared] * 3
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == is_shared
    assert all(peer in message and "door.api.proxies" in message for message in messages)


def test_no_proxy_is_trusted_by_default() -> None:
    """By default no proxy is trusted, not even one on this machine."""
    scope = {"client": ("127.0.0.1", 1), "headers": [(b"x-forwarded-for", b"198.51.100.1")]}
    assert Addresses(ApiSettings().proxies).find(scope) == "127.0.0.1"


def test_invalid_network_is_refused() -> None:
    """An invalid network in the settings is refused with an example."""
    with pytest.raises(ConfigurationError, match=r"write it like 10\.0\.0\.0/8"):
        Addresses(("here",))


def test_too_many_calls_are_refused() -> None:
    """If all threads and waiting places for calls are occupied, the next call is refused at once, and later calls are
    carried out again.
    """
    release = threading.Event()
    outcomes: list[bool | None] = []

    async def send_calls() -> None:
        threads = CallThreads(threads=1, waiting=1)

        async def send_call() -> None:
            try:
                outcomes.append(await threads.run(release.wait))
            except HTTPException:
                outcomes.append(None)
                release.set()

        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(send_call)
        outcomes.append(await threads.run(release.wait))

    anyio.run(send_calls)

    assert outcomes == [None, True, True, True]
