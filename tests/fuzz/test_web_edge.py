"""The web server withstands malformed bytes over sockets, and direct calls that no server would make."""

import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from random import Random
from threading import Thread
from urllib.parse import urlsplit

import anyio
import anyio.lowlevel
import httpx
import pytest
from attrs import frozen
from hypothesis.vendor.pretty import RepresentationPrinter
from tests.fuzz.doors import Platform, mock_platform
from tests.fuzz.mutating import mutate_bytes, pick_text
from tests.fuzz.seeds import fuzzed

from anninh_core.app import App
from anninh_core.app.logs import is_own_or_warning
from anninh_core.app.settings import DoorSettings, Settings
from anninh_core.ports.storages.queues import InboxState
from anninh_core.testing import memory_app
from anninh_core.web import WebServer, create_asgi

pytestmark = pytest.mark.slow

MARK = "bi-mat-4410"
"""A text in bodies, headers and paths of requests, which neither responses nor logs may repeat."""
METHODS = (b"POST", b"GET", b"PUT", b"OPTIONS", b"CONNECT", b"TRACE", b"PRI", b"post", b"", b"X" * 300, b"\xff")
PATHS = (
    b"/hook/in",
    b"/hook/",
    b"/hook/in/",
    b"/hook/../in",
    b"/hook/%00",
    b"/livez",
    b"*",
    b"//",
    b"http://x/hook/in",
)
HEADERS = (
    b"Content-Length: 5",
    b"Content-Length: -1",
    b"Content-Length: 99999999999999999999",
    b"Content-Length: 5\r\nContent-Length: 6",
    b"Content-Length: \xd9\xa5",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: chunked, identity",
    b"Transfer-Encoding: chunked\r\nContent-Length: 5",
    b"Expect: 100-continue",
    b"Upgrade: websocket\r\nConnection: Upgrade",
    b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
    b"Host: a\r\nHost: b",
    b"X: " + b"x" * 9_000,
    b"X\x00Y: 1",
    b" folded: 1",
    b": none",
    b"Content-Encoding: gzip",
)
CHUNKS = (
    b"5\r\nhello\r\n0\r\n\r\n",
    b"ffffffffffffffff\r\nx",
    b"-1\r\n\r\n",
    b"5;x=" + b"y" * 9_000,
    b"z\r\n",
    b"0\r\nX: y\r\n\r\n",
)


@frozen(repr=False)
class LoopbackServer:
    """A running web server on loopback with the mock as its only messenger."""

    url: str
    app: App
    platform: Platform

    def __repr__(self) -> str:
        """Return the server's address."""
        return self.url

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:
        """Print only the server's address if a test fails, because Hypothesis would print the whole app, a megabyte of
        text.
        """
        printer.text(repr(self))

    def count_stored_events(self) -> int:
        """Return the number of stored events."""
        return len(self.app.internals.context.storage.queues.inbox(tuple(InboxState), limit=100_000))

    def is_alive(self) -> bool:
        """Return whether the server responds; try several times, because its short timeouts may expire on a slow
        machine.
        """
        for _attempt in range(10):
            with suppress(httpx.RemoteProtocolError, httpx.ReadError):
                if httpx.get(f"{self.url}/livez", timeout=30).status_code == 200:
                    return True
        return False

    def send(self, data: bytes, *, closes: bool) -> bytes:
        """Send `data`, close the sending side if `closes`, and return all bytes received until the server closes the
        connection.
        """
        with socket.create_connection(("127.0.0.1", urlsplit(self.url).port or 0), timeout=30) as line:
            answer = bytearray()
            with suppress(OSError):  # The server may close the connection while bytes are still being sent.
                line.sendall(data)
                if closes:
                    line.shutdown(socket.SHUT_WR)
                while piece := line.recv(65_536):
                    answer += piece
            return bytes(answer)


@pytest.fixture
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackServer]:
    """Yield a running web server with short timeouts."""
    platform = mock_platform(tmp_path_factory.mktemp("door"))
    patience = DoorSettings(connections=16, head_seconds=0.1, idle_seconds=0.1, body_seconds=0.1)
    messengers = {platform.messenger.instance: platform.messenger}
    with memory_app(clock=platform.clock, settings=Settings(door=patience), messengers=messengers) as app:
        server = WebServer(app, port=0)
        thread = Thread(target=server.run)
        thread.start()
        yield LoopbackServer(server.url, app, platform)
        server.stop()
        thread.join()


@fuzzed(25)
def test_malformed_bytes_are_refused(door: LoopbackServer, caplog: pytest.LogCaptureFixture, seed: int) -> None:
    """For any bytes, the server refuses or doesn't respond, stores nothing, logs none of the bytes and stays alive."""
    caplog.set_level(logging.INFO)
    caplog.clear()
    random = Random(seed)
    before = door.count_stored_events()
    answer = door.send(_build_malformed_requests(random, door.platform), closes=random.random() < 0.7)
    for status in _parse_statuses(answer):
        assert 100 <= status < 500, answer  # Status 100 is the response to `Expect: 100-continue`.
    assert MARK.encode() not in answer
    for record in filter(is_own_or_warning, caplog.records):
        assert MARK not in record.getMessage()
        assert record.exc_info is None, record.getMessage()
    assert door.count_stored_events() == before
    assert door.is_alive()


def _parse_statuses(answer: bytes) -> list[int]:
    """Return the status of each HTTP response in `answer`; assert that it begins with a status line."""
    assert not answer or answer.startswith(b"HTTP/1.1 "), answer
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


def _build_malformed_requests(random: Random, platform: Platform) -> bytes:
    """Return the bytes of one or several malformed, unsigned requests."""
    lines = [b" ".join((random.choice(METHODS), random.choice(PATHS) + MARK.encode(), b"HTTP/1.1"))]
    if random.random() < 0.5:
        lines = [b"POST /hook/in HTTP/1.1"]
    lines += [b"Host: door", b"X-Mark: " + MARK.encode(), *random.sample(HEADERS, random.randrange(3))]
    body = random.choice((*CHUNKS, MARK.encode(), platform.mutate_sample(random), b""))
    request = b"\r\n".join(lines) + b"\r\n\r\n" + body
    match random.randrange(5):
        case 0:
            return mutate_bytes(random, request)
        case 1:
            return request * random.choice((2, 20))
        case 2:
            return request[: random.randrange(len(request))]
        case _:
            return request


@fuzzed(60)
def test_direct_calls_are_refused(door: LoopbackServer, seed: int) -> None:
    """If it is called directly with paths and headers that no server passes on, the application responds with a status
    below 500.
    """
    random = Random(seed)
    before = door.count_stored_events()
    status, body = anyio.run(_call_application, door.app, random, door.platform.mutate_sample(random))
    assert 200 <= status < 500
    assert MARK.encode() not in body
    assert door.count_stored_events() == before


async def _call_application(app: App, random: Random, body: bytes) -> tuple[int, bytes]:
    """Call the ASGI application with a request body in pieces, perhaps cut off; return the status and body of the
    response.
    """
    path = "/hook/" + random.choice(("in", MARK + pick_text(random), pick_text(random), ""))
    names = [(random.randbytes(5), random.randbytes(9) + MARK.encode()) for _ in range(random.randrange(4))]
    length = random.choice(([], [(b"content-length", random.choice((b"x", b"-1", b"1e9", b"9" * 50, b"5", b"\xff")))]))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": random.choice(("POST", "POST", "GET", MARK)),
        "path": path,
        "raw_path": path.encode(errors="replace"),
        "query_string": random.randbytes(8),
        "headers": [*names, *length],
        "client": random.choice((None, ("127.0.0.1", 1))),
        "server": ("door", 80),
        "scheme": "http",
        "root_path": "",
    }
    pieces = _split_body(random, body)
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        await anyio.lowlevel.checkpoint()
        return pieces.pop(0) if pieces else {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        await anyio.lowlevel.checkpoint()
        sent.append(message)

    await create_asgi(app)(scope, receive, send)  # type: ignore[arg-type]
    answer = b"".join(part for message in sent if isinstance(part := message.get("body", b""), bytes))
    status = sent[0]["status"]
    assert isinstance(status, int)
    return status, answer


def _split_body(random: Random, body: bytes) -> list[dict[str, object]]:
    cuts: Sequence[int] = sorted(random.randrange(len(body) + 1) for _ in range(random.randrange(4)))
    parts = [body[start:end] for start, end in zip((0, *cuts), (*cuts, len(body)), strict=True)]
    pieces: list[dict[str, object]] = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    if random.random() < 0.7:
        pieces.append({"type": "http.request", "body": b"", "more_body": False})
    return pieces
