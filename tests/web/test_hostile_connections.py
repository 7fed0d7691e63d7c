"""Connections that never send a whole request, over real sockets; a few of each."""

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

pytestmark = pytest.mark.slow  # hundreds of connections that wait

HEAD = b"POST /hook/oa HTTP/1.1\r\nHost: door\r\n"
ALIVE = b"GET /livez HTTP/1.1\r\nHost: door\r\n\r\n"


@pytest.fixture
def door() -> DoorSettings:
    """Soon out of patience, and with few places."""
    return DoorSettings(connections=16, head_seconds=0.2, idle_seconds=0.2, body_seconds=0.2, large_bodies=1)


class TestPatient:
    """A door with few places that waits long."""

    @pytest.fixture
    def door(self) -> DoorSettings:
        return DoorSettings(connections=16, head_seconds=60, idle_seconds=60, body_seconds=60, large_bodies=1)

    @pytest.mark.parametrize(
        "sent",
        [b"", HEAD, ALIVE, HEAD + b"Content-Length: 100\r\n\r\nxxx", HEAD + b"Content-Length: 900000\r\n\r\nxxx"],
        ids=["silent", "half head", "idle", "half body", "large body"],
    )
    def test_more_than_there_are_places(self, app: App, event: Event, running: Running, sent: bytes) -> None:
        """Honest events come in however many others hold on to a connection."""
        with running(app) as server, ExitStack() as crowd:
            for _ in range(40):
                one = crowd.enter_context(connected(server.url))
                one.sendall(sent)
                if sent == ALIVE:  # idle is whoever has had an answer: before that it may keep its place
                    heard(one, until=b"}")
            answers = [post(server.url, event(f"Tin {number}")) for number in range(5)]

        assert [answer.status_code for answer in answers] == [200] * 5

    def test_large_bodies_are_counted(self, app: App, event: Event, running: Running) -> None:
        """A large body that finds no place is answered 503 and when to come again; a small one goes in."""
        with running(app) as server, connected(server.url) as half:
            half.sendall(HEAD + b"Content-Length: 500000\r\n\r\n" + b"x" * 20_000)
            with connected(server.url) as other:
                other.sendall(HEAD + b"Content-Length: 500000\r\n\r\n")
                answer = heard(other, until=b"}")
            assert post(server.url, event("Tin nhỏ")).status_code == 200

        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: " in answer.lower()


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    """Connect to a door."""
    with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=60) as line:
        yield line


def heard(line: socket.socket, until: bytes = b"") -> bytes:
    """Return what comes until the server closes the connection, or until certain bytes."""
    answer = b""
    with suppress(ConnectionResetError):  # closed while something that was sent lay there unread: the end all the same
        while data := line.recv(65_536):
            answer += data
            if until and until in answer:
                break
    return answer


def post(url: str, event: WebhookRequest) -> httpx.Response:
    return httpx.post(f"{url}/hook/oa", content=event.body, headers=event.headers, timeout=60)


def test_a_silent_connection_is_closed(app: App, running: Running) -> None:
    """Whoever says nothing hears nothing."""
    with running(app) as server, connected(server.url) as line:
        assert heard(line) == b""


def test_half_a_head(app: App, running: Running) -> None:
    """Whoever stops in the middle of a head is told so and cut off."""
    with running(app) as server, connected(server.url) as line:
        line.sendall(HEAD)
        head, _, body = heard(line).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in head.lower()
    assert list(json.loads(body)) == ["error"]


def test_half_a_body(app: App, running: Running) -> None:
    """Whoever stops in the middle of a body is told so, and cut off though the rest never comes."""
    with running(app) as server, connected(server.url) as line:
        line.sendall(HEAD + b"Content-Length: 100\r\n\r\nxxx")
        assert heard(line).startswith(b"HTTP/1.1 408 ")


def test_an_idle_connection_is_closed(app: App, running: Running) -> None:
    """After an answer another request is waited for, but not for ever."""
    with running(app) as server, connected(server.url) as line:
        line.sendall(ALIVE)
        assert heard(line, until=b"}").startswith(b"HTTP/1.1 200 ")
        line.sendall(ALIVE)
        assert heard(line).count(b"HTTP/1.1 200 ") == 1


def test_a_head_after_an_answer(app: App, running: Running) -> None:
    """The next head has as much time as the first, and no more."""
    with running(app) as server, connected(server.url) as line:
        line.sendall(ALIVE)
        heard(line, until=b"}")
        line.sendall(HEAD)
        assert heard(line).startswith(b"HTTP/1.1 408 ")


def test_requests_before_answers(app: App, running: Running) -> None:
    """Whoever asks on before the answer is there gets that answer and is cut off."""
    with running(app) as server, connected(server.url) as line:
        line.sendall(ALIVE * 50)
        assert heard(line).count(b"HTTP/1.1 200 ") == 1


def test_a_large_head(app: App, running: Running) -> None:
    """A head without end isn't kept."""
    with running(app) as server, connected(server.url) as line:
        line.sendall(HEAD + b"X-Large: " + b"x" * (HEAD_LIMIT + 1))
        assert heard(line).startswith(b"HTTP/1.1 400 ")


def test_a_stop_among_them(app: App, running: Running) -> None:
    """The server stops though half a request of each kind hangs on it."""
    with ExitStack() as crowd, running(app) as server:
        for sent in (b"", HEAD, HEAD + b"Content-Length: 100\r\n\r\nxxx", HEAD + b"Content-Length: 900000\r\n\r\nx"):
            crowd.enter_context(connected(server.url)).sendall(sent)
        assert httpx.get(f"{server.url}/livez").status_code == 200


def test_a_refused_body_is_forgotten(app: App) -> None:
    """Neither an error nor a frame keeps a body until garbage is looked for: thousands would fill the memory."""
    asgi = create_asgi(app)
    bodies = [b"x" * 200_000, b"x" * 600_000, b"[" * 100_000]

    async def refuse_all() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(asgi), base_url="http://door") as client:
            return [(await client.post("/hook/oa", content=pieces(body))).status_code for body in bodies]

    async def look() -> list[object]:
        await refuse_all()
        gc.collect()
        gc.disable()
        try:
            await refuse_all()
            gc.set_debug(gc.DEBUG_SAVEALL)
            gc.collect()
            return [one for one in gc.garbage if isinstance(one, BaseException)]
        finally:
            gc.set_debug(0)
            gc.enable()
            gc.garbage.clear()

    assert anyio.run(refuse_all) == [401, 413, 401]
    assert anyio.run(look) == []


async def pieces(body: bytes) -> AsyncIterator[bytes]:
    """Yield a body without a length."""
    for start in range(0, len(body), 50_000):
        yield body[start : start + 50_000]


def test_a_body_that_is_no_http(app: App, running: Running, caplog: pytest.LogCaptureFixture) -> None:
    """A chunk that is none ends the connection with one refusal, and leaves no traceback in the log."""
    with running(app) as server:
        for address in (b"POST /hook/oa", b"GET /livez", b"OPTIONS /nowhere"):
            with connected(server.url) as line:
                line.sendall(address + b" HTTP/1.1\r\nHost: door\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n")
                assert heard(line).count(b"HTTP/1.1 4") == 1
        assert httpx.get(f"{server.url}/livez").status_code == 200

    assert "Traceback" not in caplog.text
