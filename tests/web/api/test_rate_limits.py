import threading
from datetime import timedelta

import anyio
import pytest
from starlette.exceptions import HTTPException

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


def test_a_network_that_is_none() -> None:
    """The settings' mistake is named."""
    with pytest.raises(ConfigurationError, match="no network"):
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
