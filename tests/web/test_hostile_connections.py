"""The server survives a few connections of each kind that never send a whole request, over real sockets."""

import gc
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import anyio
import httpx
import pytest
from tests.web.conftest import Event, Running

from anninh_core.app import App
from anninh_core.app.settings import DoorSettings
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_core.web import create_asgi
from anninh_core.web.connections.protocol import HEAD_LIMIT

pytestmark = pytest.mark.slow  # These tests are slow, because hundreds of connections wait.

HEAD = b"POST /hook/oa HTTP/1.1\r\nHost: door\r\n"
ALIVE = b"GET /livez HTTP/1.1\r\nHost: door\r\n\r\n"


@pytest.fixture
def door() -> DoorSettings:
    """Settings of the web server with short timeouts and few places."""
    return DoorSettings(connections=16, head_seconds=0.2, idle_seconds=0.2, body_seconds=0.2, large_bodies=1)


class TestPatient:
    """Tests of a server with few places and long timeouts."""

    @pytest.fixture
    def door(self) -> DoorSettings:
        return DoorSettings(connections=16, head_seconds=60, idle_seconds=60, body_seconds=60, large_bodies=1)

    @pytest.mark.parametrize(
        "sent",
        [b"", HEAD, ALIVE, HEAD + b"Content-Length: 100\r\n\r\nxxx", HEAD + b"Content-Length: 900000\r\n\r\nxxx"],
        ids=["silent", "half head", "idle", "half body", "large body"],
    )
    def test_crowd_blocks_no_honest_event(self, app: App, event_function: Event, running: Running, sent: bytes) -> None:
        """Events of honest senders are accepted however many other connections are open."""
        with running(app) as server, ExitStack() as crowd:
            for _ in range(40):
                line = crowd.enter_context(open_connection(server.url))
                line.sendall(sent)
                # Only after a response a connection counts as idle; before it, the connection may keep its place.
                if sent == ALIVE:
                    receive_bytes(line, until=b"}")
            responses = [post_event(server.url, event_function(f"Tin {number}")) for number in range(5)]

        assert [response.status_code for response in responses] == [200] * 5

    def test_large_bodies_are_limited(self, app: App, event_function: Event, running: Running) -> None:
        """A large body without a free place gets 503 with a `Retry-After`, while a small one is accepted."""
        with running(app) as server, open_connection(server.url) as half:
            half.sendall(HEAD + b"Content-Length: 500000\r\n\r\n" + b"x" * 20_000)
            with open_connection(server.url) as other:
                other.sendall(HEAD + b"Content-Length: 500000\r\n\r\n")
                response = receive_bytes(other, until=b"}")
            assert post_event(server.url, event_function("Tin nhỏ")).status_code == 200

        assert response.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: " in response.lower()


@contextmanager
def open_connection(url: str) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=60) as line:
        yield line


def receive_bytes(line: socket.socket, until: bytes = b"") -> bytes:
    """Return the bytes that a connection received, until the server closes it or the bytes `until` arrive."""
    received = b""
    # If the server resets the connection because of unread data, the response ends too.
    with suppress(ConnectionResetError):
        while data := line.recv(65_536):
            received += data
            if until and until in received:
                break
    return received


def post_event(url: str, event: WebhookRequest) -> httpx.Response:
    return httpx.post(f"{url}/hook/oa", content=event.body, headers=event.headers, timeout=60)


def test_silent_connection_is_closed(app: App, running: Running) -> None:
    """A connection that sends nothing is closed without a response."""
    with running(app) as server, open_connection(server.url) as line:
        assert receive_bytes(line) == b""


def test_half_a_head_gets_408(app: App, running: Running) -> None:
    """A connection that stops in the middle of a head gets 408 and is closed."""
    with running(app) as server, open_connection(server.url) as line:
        line.sendall(HEAD)
        head, _, body = receive_bytes(line).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in head.lower()
    assert list(json.loads(body)) == ["error"]


def test_half_a_body_gets_408(app: App, running: Running) -> None:
    """A connection that stops in the middle of a body gets 408 and is closed."""
    with running(app) as server, open_connection(server.url) as line:
        line.sendall(HEAD + b"Content-Length: 100\r\n\r\nxxx")
        assert receive_bytes(line).startswith(b"HTTP/1.1 408 ")


def test_idle_connection_is_closed(app: App, running: Running) -> None:
    """After a response the server waits only a limited time for another request."""
    with running(app) as server, open_connection(server.url) as line:
        line.sendall(ALIVE)
        assert receive_bytes(line, until=b"}").startswith(b"HTTP/1.1 200 ")
        line.sendall(ALIVE)
        assert receive_bytes(line).count(b"HTTP/1.1 200 ") == 1


def test_half_a_second_head_gets_408(app: App, running: Running) -> None:
    """The head of a second request on a connection has the same time limit as the first."""
    with running(app) as server, open_connection(server.url) as line:
        line.sendall(ALIVE)
        receive_bytes(line, until=b"}")
        line.sendall(HEAD)
        assert receive_bytes(line).startswith(b"HTTP/1.1 408 ")


def test_pipelined_requests_are_cut_off(app: App, running: Running) -> None:
    """A client that sends further requests before the first response gets only the first response, and is
    disconnected.
    """
    with running(app) as server, open_connection(server.url) as line:
        line.sendall(ALIVE * 50)
        assert receive_bytes(line).count(b"HTTP/1.1 200 ") == 1


def test_large_head_gets_400(app: App, running: Running) -> None:
    """A head over the limit gets 400."""
    with running(app) as server, open_connection(server.url) as line:
        line.sendall(HEAD + b"X-Large: " + b"x" * (HEAD_LIMIT + 1))
        assert receive_bytes(line).startswith(b"HTTP/1.1 400 ")


def test_server_stops_despite_half_requests(app: App, running: Running) -> None:
    """The server can be stopped while half requests of each kind are open."""
    with ExitStack() as crowd, running(app) as server:
        for sent in (b"", HEAD, HEAD + b"Content-Length: 100\r\n\r\nxxx", HEAD + b"Content-Length: 900000\r\n\r\nx"):
            crowd.enter_context(open_connection(server.url)).sendall(sent)
        assert httpx.get(f"{server.url}/livez").status_code == 200


def test_refused_body_stays_in_no_cycle(app: App) -> None:
    """A refused body is in no reference cycle, such as that of an error's frame: thousands would fill the memory until
    the next garbage collection.
    """
    asgi = create_asgi(app)
    bodies = [b"x" * 200_000, b"x" * 600_000, b"[" * 100_000]

    async def refuse_all() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(asgi), base_url="http://door") as client:
            return [(await client.post("/hook/oa", content=iter_body_parts(body))).status_code for body in bodies]

    async def find_bodies() -> list[object]:
        await refuse_all()
        gc.collect()
        gc.disable()
        try:
            await refuse_all()
            gc.set_debug(gc.DEBUG_SAVEALL)
            gc.collect()
            return [error for error in gc.garbage if isinstance(error, BaseException)]
        finally:
            gc.set_debug(0)
            gc.enable()
            gc.garbage.clear()

    assert anyio.run(refuse_all) == [401, 413, 401]
    assert anyio.run(find_bodies) == []


async def iter_body_parts(body: bytes) -> AsyncIterator[bytes]:
    """Yield a body in parts, so that it is sent without a declared length."""
    for start in range(0, len(body), 50_000):
        yield body[start : start + 50_000]


def test_invalid_chunk_gets_one_refusal(app: App, running: Running, caplog: pytest.LogCaptureFixture) -> None:
    """A body with an invalid chunk gets one refusal and ends the connection, without a traceback in the log."""
    with running(app) as server:
        for address in (b"POST /hook/oa", b"GET /livez", b"OPTIONS /nowhere"):
            with open_connection(server.url) as line:
                line.sendall(address + b" HTTP/1.1\r\nHost: door\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n")
                assert receive_bytes(line).count(b"HTTP/1.1 4") == 1
        assert httpx.get(f"{server.url}/livez").status_code == 200

    assert "Traceback" not in caplog.text
