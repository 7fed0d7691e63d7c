"""Sign-ins from unknown places never occupy the threads that are reserved for known places."""

import threading

import anyio
import anyio.lowlevel
import pytest
from starlette.exceptions import HTTPException

from anninh_core.web.api.sign_in.threads import SignInThreads, knows_no_place


def test_flood_of_strangers_blocks_no_known_place() -> None:
    """While sign-ins from unknown places fill their threads and queue, a sign-in from a known place and a query of the
    known places still run.
    """
    threads = SignInThreads(connections=100)
    release = threading.Event()
    refused = []
    outcomes = []

    async def sign_in_from_unknown_place() -> None:
        try:
            await threads.run(knows_no_place, lambda: release.wait(60))
        except HTTPException as error:
            refused.append(error.status_code)

    async def start_sign_ins() -> None:
        async with anyio.create_task_group() as strangers:
            for _ in range(30):
                strangers.start_soon(sign_in_from_unknown_place)
            while len(refused) < 30 - 18:
                await anyio.lowlevel.checkpoint()
            outcomes.extend([await threads.run(lambda: True, lambda: "signed in") for _ in range(9)])
            outcomes.append(await threads.lookups.run(lambda: "page"))
            with pytest.raises(HTTPException):
                await threads.run(knows_no_place, lambda: "signed in")
            release.set()

    anyio.run(start_sign_ins)
    assert outcomes == ["signed in"] * 9 + ["page"]
    assert refused == [503] * 12
