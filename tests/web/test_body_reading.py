"""Bodies that arrive too slowly are ended; the event loop's clock of these tests jumps."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from datetime import timedelta
from selectors import SelectorKey

import anyio
import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message

from anninh_core.web.bodies.reading import MIN_RATE, iter_body

PATIENCE = timedelta(seconds=10)


class JumpingSelector(selectors.DefaultSelector):
    """Waits for nothing: the loop's clock jumps to the next due time."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Let the clock jump, and return the ready file objects."""
        self.now += max(0.0, timeout or 0.0)
        return super().select(0)


def run_jumping(main: Callable[[], Awaitable[None]]) -> None:
    """Run a coroutine on an event loop whose clock jumps."""
    selector = JumpingSelector()

    def make_loop() -> asyncio.AbstractEventLoop:
        loop = asyncio.SelectorEventLoop(selector)
        loop.time = lambda: selector.now  # type: ignore[method-assign]  # the loop asks its own clock
        return loop

    async def run() -> None:
        await main()

    with asyncio.Runner(loop_factory=make_loop) as runner:
        runner.run(run())


def read(piece: bytes, every: float, count: int, work: float = 0) -> tuple[int, float, int]:
    """Read a body of `count` equal pieces that arrive `every` seconds.

    Returns:
        Number of bytes read, duration in seconds, and HTTP status of the refusal, 0 for none.
    """
    totals = [0.0, 0.0, 0.0]
    sent = 0

    async def receive() -> Message:
        nonlocal sent
        await anyio.sleep(every)
        sent += 1
        return {"type": "http.request", "body": piece, "more_body": sent < count}

    async def main() -> None:
        began = anyio.current_time()
        try:
            async for part in iter_body(receive, PATIENCE):
                totals[0] += len(part)
                await anyio.sleep(work)
        except HTTPException as error:
            totals[2] = error.status_code
        totals[1] = anyio.current_time() - began

    run_jumping(main)
    size, seconds, status = totals
    return int(size), seconds, int(status)


@pytest.mark.parametrize("piece", [b"x", b""])
def test_dripping_body_gets_408(piece: bytes) -> None:
    """A body of one byte a second, or of empty pieces, gets 408 after its patience of 10 seconds."""
    size, seconds, status = read(piece, every=1, count=1000)
    assert status == 408
    assert size <= 11
    assert 10 <= seconds < 11


def test_body_above_min_rate_is_read() -> None:
    """A body that arrives slightly faster than `MIN_RATE` is read completely."""
    size, _, status = read(bytes(MIN_RATE + 100), every=1, count=200)
    assert (size, status) == (200 * (MIN_RATE + 100), 0)


def test_endless_body_gets_408() -> None:
    """A body gets 408 after five minutes, however steadily it arrives."""
    size, seconds, status = read(bytes(2 * MIN_RATE), every=1, count=1000)
    assert status == 408
    assert seconds == pytest.approx(300)
    assert size == pytest.approx(600 * MIN_RATE, rel=0.01)


def test_processing_time_does_not_count() -> None:
    """The time in which the server stores the pieces doesn't count against a body."""
    size, _, status = read(b"x" * 100, every=0.1, count=50, work=60)
    assert (size, status) == (5000, 0)
