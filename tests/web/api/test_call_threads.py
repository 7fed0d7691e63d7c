"""Threads in which calls run: as many as are needed, and for no longer than somebody may need them."""

import asyncio
import gc
import subprocess
import sys
import threading

import anyio
import pytest

from anninh_core.web.api.call_threads import CallThreads

PROGRAM = """
import asyncio, time
from anninh_core.web.api.call_threads import CallThreads
threads = CallThreads(2, 2)
async def ask():
    asyncio.create_task(threads.run(lambda: (time.sleep(0.2), print("done", flush=True))))
    await asyncio.sleep(0)
asyncio.run(ask())
"""


def test_answers_and_errors() -> None:
    """What a call returns or raises is the caller's, also what is no ordinary error."""

    class Ended(BaseException):
        pass

    def fail() -> None:
        raise Ended

    async def ask() -> int:
        threads = CallThreads(2, 2)
        with pytest.raises(ZeroDivisionError):
            await threads.run(lambda: 1 // 0)
        with pytest.raises(Ended):
            await threads.run(fail)
        return await threads.run(max, 3, 5, key=lambda number: -number)

    assert anyio.run(ask) == 3


def test_no_more_threads_than_calls_at_once() -> None:
    """One caller after the other needs one thread; several at once need several, up to the limit."""

    async def ask() -> tuple[set[int], int]:
        threads = CallThreads(3, 10)
        one = {await threads.run(threading.get_ident) for _ in range(20)}
        met = threading.Barrier(3)
        await asyncio.gather(*(threads.run(met.wait, 30) for _ in range(6)))  # nobody passes alone
        several = await asyncio.gather(*(threads.run(threading.get_ident) for _ in range(30)), return_exceptions=True)
        return one, len({found for found in several if isinstance(found, int)})

    one, several = anyio.run(ask)

    assert len(one) == 1
    assert several <= 3


def test_a_caller_that_goes_away() -> None:
    """The call is carried out to its end all the same, also one that still waited; the threads go on."""
    release = threading.Event()
    done = threading.Semaphore(0)

    def work() -> None:
        release.wait(30)
        done.release()

    async def ask() -> str:
        threads = CallThreads(1, 5)
        tasks = [asyncio.create_task(threads.run(work)) for _ in range(3)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        release.set()
        return await threads.run(str, "next")

    assert anyio.run(ask) == "next"
    assert all(done.acquire(timeout=30) for _ in range(3))


def test_a_loop_that_is_over() -> None:
    """A call that ends after its loop disturbs nobody: another loop is served by the same threads."""
    threads = CallThreads(1, 1)
    release = threading.Event()

    async def leave() -> None:
        task = asyncio.create_task(threads.run(release.wait, 30))
        await asyncio.sleep(0)
        task.cancel()

    async def ask() -> str:
        return await threads.run(str, "next")

    anyio.run(leave)
    release.set()

    assert anyio.run(ask) == "next"


def test_threads_end_with_what_they_work_for() -> None:
    """Nothing is left of them once nobody can call any more."""
    found: list[threading.Thread] = []

    async def ask() -> None:
        found.append(await CallThreads(1, 1).run(threading.current_thread))

    anyio.run(ask)
    gc.collect()
    found[0].join(30)

    assert not found[0].is_alive()


def test_the_end_of_the_program() -> None:
    """It waits for a call under way: nothing is cut off in the middle of an act."""
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True)

    assert (ran.stdout, ran.stderr) == ("done\n", "")
