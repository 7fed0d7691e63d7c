"""Request bodies that arrive too slowly are ended; in these tests the event loop's clock jumps instead of waiting."""

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
    """A selector that never waits: the loop's clock jumps to the next due time."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Let the clock jump, and return the ready file objects."""
        self.now += max(0.0, timeout or 0.0)
        return super().select(0)


def run_jumping(main: Callable[[], Awaitable[None]]) -> None:
    """Run a coroutine function on an event loop whose clock jumps instead of waiting."""
    selector = JumpingSelector()

    def make_loop() -> asyncio.AbstractEventLoop:
        loop = asyncio.SelectorEventLoop(selector)
        loop.time = lambda: selector.now  # type: ignore[method-assign]  # the loop asks its own clock
        return loop

    async def await_main() -> None:
        await main()

    with asyncio.Runner(loop_factory=make_loop) as runner:
        runner.run(await_main())


def read_body(piece: bytes, every: float, count: int, work: float = 0) -> tuple[int, float, int]:
    """Read a body of `count` equal pieces, one every `every` seconds; `work` is the time in seconds for which the
    reader processes each piece.

    Returns:
        Number of bytes read, duration in seconds, and HTTP status of the refusal, 0 for none.
    """
    totals = [0.0, 0.0, 0.0]
    sent = 0

    async def receive_piece() -> Message:
        nonlocal sent
        await anyio.sleep(every)
        sent += 1
        return {"type": "http.request", "body": piece, "more_body": sent < count}

    async def read_pieces() -> None:
        began = anyio.current_time()
        try:
            async for part in iter_body(receive_piece, PATIENCE):
                totals[0] += len(part)
                await anyio.sleep(work)
        except HTTPException as error:
            totals[2] = error.status_code
        totals[1] = anyio.current_time() - began

    run_jumping(read_pieces)
    size, seconds, status = totals
    return int(size), seconds, int(status)


@pytest.mark.parametrize("piece", [b"x", b""])
def test_dripping_body_gets_408(piece: bytes) -> None:
    """A body that sends one byte or an empty piece a second gets 408 after 10 seconds."""
    size, seconds, status = read_body(piece, every=1, count=1000)
    assert status == 408
    assert size <= 11
    assert 10 <= seconds < 11


def test_body_above_min_rate_is_read() -> None:
    """A body that arrives slightly faster than `MIN_RATE` is read completely."""
    size, _, status = read_body(bytes(MIN_RATE + 100), every=1, count=200)
    assert (size, status) == (200 * (MIN_RATE + 100), 0)


def test_endless_body_gets_408() -> None:
    """A body that is still arriving after five minutes gets 408, however steadily it arrives."""
    size, seconds, status = read_body(bytes(2 * MIN_RATE), every=1, count=1000)
    assert status == 408
    assert seconds == pytest.approx(300)
    assert size == pytest.approx(600 * MIN_RATE, rel=0.01)


def test_processing_time_does_not_count() -> None:
    """The time that the server takes to process the pieces doesn't count against a body."""
    size, _, status = read_body(b"x" * 100, every=0.1, count=50, work=60)
    assert (size, status) == (5000, 0)
