"""Large bodies are read as fast as they come, and ended where they come too slowly. The clock of these tests jumps."""

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
    """Waits for nothing: the loop's clock jumps to the next thing that is due."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Return what is ready, after the clock has jumped."""
        self.now += max(0.0, timeout or 0.0)
        return super().select(0)


def run_jumping(main: Callable[[], Awaitable[None]]) -> None:
    """Run a test on a loop whose clock jumps."""
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
    """Read a body of equal pieces that come at a pace.

    Returns:
        Its bytes, the seconds that it took, and the status of its refusal, 0 for none.
    """
    taken = [0.0, 0.0, 0.0]
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
                taken[0] += len(part)
                await anyio.sleep(work)
        except HTTPException as error:
            taken[2] = error.status_code
        taken[1] = anyio.current_time() - began

    run_jumping(main)
    size, seconds, status = taken
    return int(size), seconds, int(status)


@pytest.mark.parametrize("piece", [b"x", b""])
def test_a_body_that_drips_is_ended(piece: bytes) -> None:
    """A byte a second, or pieces with nothing in them: it is over when its patience is."""
    size, seconds, status = read(piece, every=1, count=1000)
    assert status == 408
    assert size <= 11
    assert 10 <= seconds < 11


def test_a_slow_line_is_enough() -> None:
    """A telephone that brings a little more than the least rate brings all of it."""
    size, _, status = read(bytes(MIN_RATE + 100), every=1, count=200)
    assert (size, status) == (200 * (MIN_RATE + 100), 0)


def test_a_body_that_never_ends_is_ended() -> None:
    """However steadily it comes, its sender is waited for for five minutes at most."""
    size, seconds, status = read(bytes(2 * MIN_RATE), every=1, count=1000)
    assert status == 408
    assert seconds == pytest.approx(300)
    assert size == pytest.approx(600 * MIN_RATE, rel=0.01)


def test_what_is_done_with_the_pieces_is_not_counted() -> None:
    """A server that is slow to store them ends no body for it."""
    size, _, status = read(b"x" * 100, every=0.1, count=50, work=60)
    assert (size, status) == (5000, 0)
