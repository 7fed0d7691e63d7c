"""The server refuses raw requests that two parsers may read differently, and serves valid ones."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from uvicorn.server import ServerState

from anninh_core.app.settings import DoorSettings
from anninh_core.web.connections.protocol import HEAD_LIMIT, PIECE, build_protocol
from anninh_core.web.connections.table import ConnectionTable

POST = b"POST /x HTTP/1.1\r\nHost: a\r\n"
PIECES = POST + b"Transfer-Encoding: chunked\r\n\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

REFUSED = {
    "length and pieces": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "pieces and length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "packed pieces": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "pieces packed": POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "nearly pieces": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "pieces twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "pieces and identity": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "identity": POST + b"Transfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc",
    "no encoding": POST + b"Transfer-Encoding:\r\nContent-Length: 1\r\n\r\na",
    "vertical tab": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "space before colon": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "folded encoding": POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "folded header": POST + b"A: b\r\n c\r\n\r\n",
    "folded first line": b"POST /x HTTP/1.1\r\n Host: a\r\n\r\n",
    "two lengths": POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\na",
    "same length twice": POST + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
    "list of lengths": POST + b"Content-Length: 1, 1\r\n\r\na",
    "length with sign": POST + b"Content-Length: +1\r\n\r\na",
    "negative length": POST + b"Content-Length: -1\r\n\r\na",
    "hexadecimal length": POST + b"Content-Length: 0x1\r\n\r\na",
    "length in two parts": POST + b"Content-Length: 1 1\r\n\r\na",
    "no length": POST + b"Content-Length:\r\n\r\na",
    "length without end": POST + b"Content-Length: 99999999999999999999999\r\n\r\na",
    "length in other digits": POST + "Content-Length: \uff11\r\n\r\na".encode(),
    "line feeds alone": b"POST /x HTTP/1.1\nHost: a\nContent-Length: 1\n\na",
    "one line feed alone": POST + b"A: b\nContent-Length: 1\r\n\r\na",
    "carriage return alone": POST + b"A: b\rContent-Length: 1\r\n\r\na",
    "head that ends in line feed": b"GET / HTTP/1.1\r\nHost: a\r\n\nabc",
    "zero byte": POST + b"A: \x00b\r\n\r\n",
    "control sign": POST + b"A: \x01b\r\n\r\n",
    "empty name": POST + b": b\r\n\r\n",
    "name of other letters": POST + b"\xff: b\r\n\r\n",
    "no colon": POST + b"abc\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "pieces before they were known": b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "version 0.9": b"GET / HTTP/0.9\r\nHost: a\r\n\r\n",
    "version 1.2": b"GET / HTTP/1.2\r\nHost: a\r\n\r\n",
    "version 2": b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
    "preface of version 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "another protocol": b"DESCRIBE /x RTSP/2.0\r\nHost: a\r\n\r\n",
    "small letters": b"GET / http/1.1\r\nHost: a\r\n\r\n",
    "unknown method": b"get / HTTP/1.1\r\nHost: a\r\n\r\n",
    "space in address": b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "other letters in address": b"GET /\xc3 HTTP/1.1\r\nHost: a\r\n\r\n",
    "address without stroke": b"GET x HTTP/1.1\r\nHost: a\r\n\r\n",
    "tunnel": b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    "line feed in a piece's extension": PIECES + b"1;a\nb\r\nx\r\n0\r\n\r\n",
    "carriage return in a piece's extension": PIECES + b"1;a\rb\r\nx\r\n0\r\n\r\n",
    "line feed after a piece's size": PIECES + b"1\nx\r\n0\r\n\r\n",
    "line feed after a piece": PIECES + b"1\r\nx\n0\r\n\r\n",
    "nothing after a piece": PIECES + b"1\r\nx0\r\n\r\n",
    "size with prefix": PIECES + b"0x1\r\nx\r\n0\r\n\r\n",
    "size with space": PIECES + b"1 \r\nx\r\n0\r\n\r\n",
    "negative size": PIECES + b"-1\r\nx\r\n0\r\n\r\n",
    "no size": PIECES + b"\r\nx\r\n0\r\n\r\n",
    "size without end": PIECES + b"fffffffffffffffff1\r\nx\r\n0\r\n\r\n",
    "length after the body": PIECES + b"1\r\nx\r\n0\r\nContent-Length: 5\r\n\r\n",
    "encoding after the body": PIECES + b"1\r\nx\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
    "body that ends in line feeds": PIECES + b"1\r\nx\r\n0\n\n",
}
"""Name -> a request that is ambiguous or not HTTP/1; it must get one refusal, and the bytes after it must not be read
as a request.
"""

SERVED = {
    "plain": (b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /x - "),
    "old": (b"GET /x HTTP/1.0\r\n\r\n", b"GET /x - "),
    "body": (POST + b"Content-Length: 3\r\n\r\nabc", b"POST /x - abc"),
    "pieces": (PIECES + b"2\r\nab\r\n1;extension=1\r\nc\r\n0\r\n\r\n", b"POST /x - abc"),
    "pieces in capitals": (POST + b"TRANSFER-ENCODING: CHUNKED\r\n\r\n1\r\na\r\n0\r\n\r\n", b"POST /x - a"),
    "header after the body": (PIECES + b"1\r\na\r\n0\r\nX-Seen: no\r\n\r\n", b"POST /x - a"),
    "spaces around a value": (POST + b"X-Seen: \t yes \t\r\nContent-Length: 1 \r\n\r\na", b"POST /x yes a"),
    "empty lines before": (b"\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /x - "),
    "whole address": (b"GET http://a/x?y HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /x - "),
    "upgrade": (b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", b"GET /x - "),
    "upgrade with a body": (
        POST + b"Connection: Upgrade\r\nUpgrade: h2c\r\nX-Seen: yes\r\nContent-Length: 3\r\n\r\nabc",
        b"POST /x yes abc",
    ),
    "upgrade with pieces": (
        POST + b"Connection: upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"POST /x - abc",
    ),
}
"""Request -> the application's view of the request: method, path, a header, and the body."""


class RecordingTransport(asyncio.Transport):
    """A transport that collects the written bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self.writes = 0
        self.closed = self.paused = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self.closed:
            self.sent += bytes(data)
            self.writes += 1

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.write(b"".join(list_of_data))

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default


async def respond_with_request(scope: Any, receive: Any, send: Any) -> None:
    """An application that responds with the method, path, header and body that it received."""
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message["body"], message["more_body"]
    header = dict(scope["headers"]).get(b"x-seen", b"-")
    content = b"%s %s %s %s" % (scope["method"].encode(), scope["path"].encode(), header, body)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(content))]})
    await send({"type": "http.response.body", "body": content})


async def respond_unread(scope: Any, receive: Any, send: Any) -> None:
    """An application that responds before it reads anything of the body."""
    await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def deliver_pieces(pieces: Sequence[bytes], application: Any = respond_with_request) -> RecordingTransport:
    """Deliver the pieces to the protocol one after the other, as long as it keeps reading, and return its transport."""

    async def run_protocol() -> RecordingTransport:
        config = uvicorn.Config(application, ws="none", lifespan="off", log_config=None)
        config.load()
        connect = build_protocol(ConnectionTable(DoorSettings()))
        protocol: Any = connect(config=config, server_state=ServerState(), app_state={})
        wire = RecordingTransport()
        protocol.connection_made(wire)
        for piece in pieces:
            for start in range(0, len(piece), PIECE):
                # Each piece waits for some turns of the event loop, in which the application and everything that it
                # waits for can run.
                for _ in range(6):
                    await asyncio.sleep(0)
                if wire.closed or wire.paused:
                    break
                part = piece[start : start + PIECE]
                protocol.get_buffer(-1)[: len(part)] = part
                protocol.buffer_updated(len(part))
        for _ in range(10):
            await asyncio.sleep(0)
        was_closed = wire.closed
        protocol.connection_lost(None)
        wire.closed = was_closed
        return wire

    return asyncio.run(run_protocol())


def split_into_bytes(request: bytes) -> list[bytes]:
    return [request[place : place + 1] for place in range(len(request))]


@pytest.mark.parametrize("name", REFUSED)
def test_ambiguous_request_is_refused_once(name: str) -> None:
    """An ambiguous request gets one refusal and ends the connection, however it is split; a request hidden behind it
    isn't served.
    """
    for pieces in ([REFUSED[name] + SMUGGLED], [REFUSED[name], SMUGGLED], split_into_bytes(REFUSED[name] + SMUGGLED)):
        wire = deliver_pieces(pieces)

        assert wire.sent.startswith(b"HTTP/1.1 400 ")
        assert wire.sent.count(b"HTTP/1.1") == 1
        assert wire.closed
        assert b"smuggled" not in wire.sent


@pytest.mark.parametrize("name", SERVED)
def test_valid_request_is_served(name: str) -> None:
    """The application receives a valid request correctly, whether it arrives whole or byte by byte, and no trailer
    counts as a header.
    """
    request, seen = SERVED[name]
    for pieces in ([request], split_into_bytes(request)):
        assert deliver_pieces(pieces).sent.endswith(b"\r\n\r\n" + seen)


@given(st.data())
def test_requests_survive_any_fragmentation(data: st.DataObject) -> None:
    """However the network splits the bytes, the requests are the same, each with its own response."""
    requests = data.draw(st.lists(st.sampled_from([key for key in SERVED if key != "old"]), min_size=1, max_size=3))
    pieces: list[bytes] = []
    for name in requests:
        request = SERVED[name][0]
        cuts = sorted(data.draw(st.sets(st.integers(1, len(request) - 1), max_size=6)))
        pieces += [request[start:end] for start, end in zip([0, *cuts], [*cuts, len(request)], strict=True)]
    sent = deliver_pieces(pieces).sent

    assert [part.partition(b"\r\n\r\n")[2] for part in sent.split(b"HTTP/1.1 200 OK")[1:]] == [
        SERVED[name][1] for name in requests
    ]


@given(st.binary(max_size=300), st.sampled_from([b"", POST, PIECES, POST + b"Content-Length: 5\r\n\r\n"]))
def test_any_bytes_get_at_most_one_refusal(noise: bytes, begin: bytes) -> None:
    """Any bytes get at most one refusal, which ends the connection."""
    wire = deliver_pieces([begin + noise])

    assert wire.sent.count(b"HTTP/1.1 400 ") in (0, 1)
    assert wire.closed or b"HTTP/1.1 400 " not in wire.sent
    assert b"Internal Server Error" not in wire.sent


def test_early_second_request_is_dropped() -> None:
    """If a second request arrives before the first response, only the first is answered and the connection ends."""
    for extra in (SMUGGLED, b"\x00\x00", SMUGGLED[:9]):
        wire = deliver_pieces([SERVED["body"][0] + extra])

        assert wire.sent.endswith(SERVED["body"][1])
        assert b"connection: close" in wire.sent
        assert wire.sent.count(b"HTTP/1.1") == 1
        assert wire.closed


def test_refused_body_is_no_request() -> None:
    """A body that is answered before it has arrived is read to its end, and never taken for a request."""
    body = SMUGGLED * 3
    head = POST + b"Content-Length: %d\r\n\r\n" % len(body)
    wire = deliver_pieces([head, body[:20], body[20:] + SERVED["plain"][0]], respond_unread)

    assert wire.sent.count(b"HTTP/1.1 401 ") == 2
    assert not wire.closed


@pytest.mark.parametrize(
    "endless",
    [
        b"GET /x HTTP/1.1\r\nHost: a\r\nX: ",
        b"GET /",
        PIECES + b"1;",
        PIECES + b"1\r\na\r\n0\r\nX: ",
        POST + b"Connection: upgrade\r\nUpgrade: h2c\r\nX: ",
    ],
    ids=["header", "address", "extension of a piece", "header after the body", "upgrade"],
)
def test_endless_request_is_refused(endless: bytes) -> None:
    """A request without an end is refused once any part of it exceeds the size limit of a head."""
    for size in (1000, PIECE):
        wire = deliver_pieces([endless, *[b"x" * size] * (2 * HEAD_LIMIT // size)])

        assert wire.sent.startswith(b"HTTP/1.1 400 ")
        assert wire.closed


def test_endless_empty_lines_are_refused() -> None:
    """Empty lines without end before a request are refused."""
    assert deliver_pieces([b"\r\n" * 500] * 20).sent.startswith(b"HTTP/1.1 400 ")


def test_body_in_small_chunks_is_read() -> None:
    """A body in many small chunks is read, although the framing of the chunks is larger than their content."""
    request = PIECES + b"1;x=yyyyyyyyyy\r\na\r\n" * 5000 + b"0\r\n\r\n"

    assert deliver_pieces([request]).sent.endswith(b"POST /x - " + b"a" * 5000)


def test_response_is_one_write() -> None:
    """The head and body of a response are written at once, so that the client is woken only once."""
    assert deliver_pieces([SERVED["body"][0]]).writes == 1


def test_head_of_a_stream_is_sent_at_once() -> None:
    """The head of a streamed response and a "100 Continue" are sent at once, although nothing follows yet."""

    async def send_head_only(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.Event().wait()

    assert deliver_pieces([SERVED["plain"][0]], send_head_only).sent.startswith(b"HTTP/1.1 200 OK\r\n")
    expecting = POST + b"Expect: 100-continue\r\nContent-Length: 1\r\n\r\n"
    assert deliver_pieces([expecting], send_head_only).sent.startswith(b"HTTP/1.1 100 ")
    assert deliver_pieces([expecting, b"a"]).sent.endswith(b"POST /x - a")
