"""Strangers who try to sign in take no thread of owners at a known place."""

import threading

import anyio
import anyio.lowlevel
import pytest
from starlette.exceptions import HTTPException

from anninh_core.web.api.sign_in.threads import SignInThreads, is_stranger


def test_a_flood_of_strangers_leaves_room_for_known_places() -> None:
    """While strangers hold all their threads and waiting places, a try at a known place runs, and a page is shown."""
    threads = SignInThreads(connections=100)
    release = threading.Event()
    refused = []
    outcomes = []

    async def stranger() -> None:
        try:
            await threads.run(is_stranger, lambda: release.wait(60))
        except HTTPException as error:
            refused.append(error.status_code)

    async def flood() -> None:
        async with anyio.create_task_group() as strangers:
            for _ in range(30):
                strangers.start_soon(stranger)
            while len(refused) < 30 - 18:
                await anyio.lowlevel.checkpoint()
            outcomes.extend([await threads.run(lambda: True, lambda: "signed in") for _ in range(9)])
            outcomes.append(await threads.lookups.run(lambda: "page"))
            with pytest.raises(HTTPException):
                await threads.run(is_stranger, lambda: "signed in")
            release.set()

    anyio.run(flood)
    assert outcomes == ["signed in"] * 9 + ["page"]
    assert refused == [503] * 12
