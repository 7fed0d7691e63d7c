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


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_whoever_asks_too_fast_waits() -> None:
    """A burst goes through, then one token a second; others aren't held up, and the wait that is told is enough."""
    seconds = Seconds()
    limiter = RequestRateLimiter(Rate(per_minute=60, burst=3), now=seconds)
    for _ in range(3):
        limiter.take("a")

    with pytest.raises(TooManyRequests) as refused:
        limiter.take("a")
    limiter.take("b")
    seconds.now += refused.value.after.total_seconds()
    limiter.take("a")

    assert refused.value.after == timedelta(seconds=1)


def test_a_refused_try_costs_nothing() -> None:
    """Whoever goes on asking isn't locked out for longer."""
    seconds = Seconds()
    limiter = RequestRateLimiter(Rate(per_minute=60, burst=1), now=seconds)
    limiter.take("a")
    for _ in range(50):
        with pytest.raises(TooManyRequests):
            limiter.take("a")
    seconds.now += 1

    limiter.take("a")


def test_a_crowd_of_addresses_fills_no_memory() -> None:
    """Of more buckets than are remembered, those asked for longest ago are forgotten."""
    limiter = RequestRateLimiter(Rate(per_minute=60, burst=1), capacity=10, now=Seconds())
    for number in range(1000):
        limiter.take(str(number))

    assert len(limiter) == 10


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),  # a stranger's word about itself
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "10.0.0.1, 198.51.100.1", "198.51.100.1"),  # only the last one is the proxy's
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "nonsense", "nowhere"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.5", "", "203.0.113.5"),
    ],
)
def test_from_where_a_call_comes(peer: str, forwarded: str, found: str) -> None:
    """A proxy is believed about others, nobody about themselves; one customer's network of IPv6 is one address."""
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
        ("8.8.8.8", b"x-forwarded-for", (), False),  # a stranger who writes the header
    ],
)
def test_a_proxy_that_the_settings_do_not_name(
    caplog: pytest.LogCaptureFixture, peer: str, header: bytes, proxies: tuple[str, ...], is_shared: bool
) -> None:
    """What comes through it comes from an address that anybody may have; the log names it once, and what to set."""
    addresses = Addresses(proxies)
    scope = {"client": (peer, 1), "headers": [(header, b"198.51.100.1")]}
    with caplog.at_level(logging.WARNING):
        assert [addresses.is_shared(scope) for _ in range(3)] == [is_shared] * 3
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == is_shared
    assert all(peer in sentence and "door.api.proxies" in sentence for sentence in told)


def test_no_proxy_is_believed_by_default() -> None:
    """Whoever comes from this machine says nothing about others, unless the settings name it."""
    scope = {"client": ("127.0.0.1", 1), "headers": [(b"x-forwarded-for", b"198.51.100.1")]}
    assert Addresses(ApiSettings().proxies).find(scope) == "127.0.0.1"


def test_a_network_that_is_none() -> None:
    """The settings' mistake is named."""
    with pytest.raises(ConfigurationError, match=r"write it like 10\.0\.0\.0/8"):
        Addresses(("here",))


def test_too_many_calls_are_sent_away() -> None:
    """Where threads and waiting places are taken, the next call is refused at once, and later ones run again."""
    release = threading.Event()
    outcomes: list[bool | None] = []

    async def crowd() -> None:
        threads = CallThreads(threads=1, waiting=1)

        async def call() -> None:
            try:
                outcomes.append(await threads.run(release.wait))
            except HTTPException:
                outcomes.append(None)
                release.set()

        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(call)
        outcomes.append(await threads.run(release.wait))

    anyio.run(crowd)

    assert outcomes == [None, True, True, True]
