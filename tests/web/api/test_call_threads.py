"""The pool of threads that run API calls has only as many threads as needed, and ends them once no call is possible."""

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


def test_caller_gets_result_or_error() -> None:
    """The caller gets the result or error of its call, even a `BaseException`."""

    class CallEnded(BaseException):
        pass

    def raise_ended() -> None:
        raise CallEnded

    async def run_calls() -> int:
        threads = CallThreads(2, 2)
        with pytest.raises(ZeroDivisionError):
            await threads.run(lambda: 1 // 0)
        with pytest.raises(CallEnded):
            await threads.run(raise_ended)
        return await threads.run(max, 3, 5, key=lambda number: -number)

    assert anyio.run(run_calls) == 3


def test_threads_are_as_few_as_needed() -> None:
    """Sequential calls share one thread, and simultaneous calls use several, up to the limit."""

    async def run_calls() -> tuple[set[int], int]:
        threads = CallThreads(3, 10)
        sequential = {await threads.run(threading.get_ident) for _ in range(20)}
        met = threading.Barrier(3)
        # A single thread can't pass the barrier, so that three threads must exist.
        await asyncio.gather(*(threads.run(met.wait, 30) for _ in range(6)))
        several = await asyncio.gather(*(threads.run(threading.get_ident) for _ in range(30)), return_exceptions=True)
        return sequential, len({ident for ident in several if isinstance(ident, int)})

    sequential, several = anyio.run(run_calls)

    assert len(sequential) == 1
    assert several <= 3


def test_cancelled_call_is_carried_out() -> None:
    """A call that is cancelled, even while it still waits for a thread, is carried out to its end, and the threads keep
    working.
    """
    release = threading.Event()
    done = threading.Semaphore(0)

    def wait_for_release() -> None:
        release.wait(30)
        done.release()

    async def cancel_calls() -> str:
        threads = CallThreads(1, 5)
        tasks = [asyncio.create_task(threads.run(wait_for_release)) for _ in range(3)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        release.set()
        return await threads.run(str, "next")

    assert anyio.run(cancel_calls) == "next"
    assert all(done.acquire(timeout=30) for _ in range(3))


def test_threads_outlive_an_event_loop() -> None:
    """A call that ends after its event loop doesn't disturb another loop served by the same threads."""
    threads = CallThreads(1, 1)
    release = threading.Event()

    async def leave_running_call() -> None:
        task = asyncio.create_task(threads.run(release.wait, 30))
        await asyncio.sleep(0)
        task.cancel()

    async def run_call() -> str:
        return await threads.run(str, "next")

    anyio.run(leave_running_call)
    release.set()

    assert anyio.run(run_call) == "next"


def test_threads_end_with_their_pool() -> None:
    """The threads end once nothing refers to their pool any more."""
    threads: list[threading.Thread] = []

    async def run_call() -> None:
        threads.append(await CallThreads(1, 1).run(threading.current_thread))

    anyio.run(run_call)
    gc.collect()
    threads[0].join(30)

    assert not threads[0].is_alive()


def test_program_waits_for_running_calls() -> None:
    """The program waits at its end for running calls, so that no act is cut off."""
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True)

    assert (result.stdout, result.stderr) == ("done\n", "")
