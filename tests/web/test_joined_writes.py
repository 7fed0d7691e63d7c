"""A response's head and body are written together, also to a client that disconnects."""

import asyncio

import pytest

from anninh_core.web.connections.joined_writes import JoinedWrites

uvloop = pytest.importorskip("uvloop", reason="uvicorn takes asyncio's own loop where uvloop isn't installed")


@pytest.mark.parametrize("has_head", [False, True])
@pytest.mark.parametrize("has_body", [False, True])
def test_writes_after_disconnect_are_dropped(*, has_head: bool, has_body: bool) -> None:
    """After the client has disconnected, neither the application's writes nor the event loop's delayed write raise an
    error.
    """
    assert uvloop.run(_write_to_a_closed_connection(has_head=has_head, has_body=has_body)) == []


async def _write_to_a_closed_connection(*, has_head: bool, has_body: bool) -> list[str]:
    """Write head and body before or after the connection's end; return the errors that the event loop caught."""
    loop = asyncio.get_running_loop()
    caught: list[str] = []
    loop.set_exception_handler(lambda _loop, context: caught.append(str(context)))
    async with await loop.create_server(asyncio.Protocol, "127.0.0.1", 0) as server:
        transport, _protocol = await loop.create_connection(asyncio.Protocol, *server.sockets[0].getsockname())
        writes = JoinedWrites(transport, loop)
        if has_head:
            writes.write(b"head")
        transport.abort()
        if not has_head:
            await _run_other_tasks()
            writes.write(b"head")
        await _run_other_tasks()
        if has_body:
            writes.write(b"body")
        writes.close()
        await _run_other_tasks()
    return caught


async def _run_other_tasks() -> None:
    for _turn in range(3):
        await asyncio.sleep(0)
