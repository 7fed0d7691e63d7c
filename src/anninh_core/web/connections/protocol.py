"""Reads HTTP from a connection by uvicorn's protocol, with little memory and without endless waits."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from anninh_core.web.connections.joined_writes import JoinedWrites
from anninh_core.web.connections.request_heads import check_head
from anninh_core.web.connections.table import ConnectionTable, Stage
from anninh_core.web.error_responses import RETRY_AFTER, SENTENCES

# The number of bytes that are read from a connection before others have their turn: PIECE for the head of a request,
# BODY_PIECE for its body.
PIECE = 4096
BODY_PIECE = 16384

HEAD_LIMIT = 8192
"""Largest head of a request in bytes; also the most bytes that a client may send without any part of a body."""


def build_protocol(table: ConnectionTable) -> Callable[..., asyncio.BaseProtocol]:
    """Return the factory that uvicorn calls for each new connection of a server."""
    return partial(GuardedProtocol, table, memoryview(bytearray(BODY_PIECE)))


class GuardedProtocol(asyncio.BufferedProtocol):
    """Reads a connection in pieces of limited size, however much the sender sends at once, and passes each piece on.

    Otherwise a connection takes a quarter of a megabyte at once, before its head is checked.

    Args:
        buffer: where pieces are read to; each is passed on before the next is read, so all connections share it.
        config, server_state, app_state, _loop: uvicorn's.
    """

    def __init__(
        self,
        table: ConnectionTable,
        buffer: memoryview,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._buffer = buffer
        self._small_buffer = buffer[:PIECE]
        self._requests = _GuardedRequests(table, config, server_state, app_state, _loop)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the handling of a new connection."""
        self._requests.connection_made(cast("asyncio.Transport", transport))

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  asyncio's signature
        """Return the buffer that receives the next piece of data."""
        return self._buffer if self._requests.has_head else self._small_buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Pass the received piece of `nbytes` bytes to the HTTP parser."""
        self._requests.data_received(bytes(self._buffer[:nbytes]))

    def eof_received(self) -> None:
        """Close the connection after the client has sent its last data."""
        self._requests.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Free what belongs to the connection after it has ended."""
        self._requests.connection_lost(exc)

    def pause_writing(self) -> None:
        """Pause the response until the client has read more of it."""
        self._requests.pause_writing()

    def resume_writing(self) -> None:
        """Continue the response."""
        self._requests.resume_writing()


class _RequestTooEarly(Exception):
    """A client's next request begins before the response to its current request is complete."""


class _GuardedRequests(HttpToolsProtocol):
    """uvicorn's HTTP protocol, extended so that each connection has a place in a table with time limits."""

    def __init__(self, table: ConnectionTable, *others: Any) -> None:
        super().__init__(*others)
        self._table = table
        # The flag is set while a request body arrives: a head was read, but not yet the end of its request.
        self._in_body = False
        self._moved = False  # The flag is set if the current piece of data brought a head or a part of a body.
        self._unread = 0  # The number of bytes that were received since the last head or part of a body.

    @property
    def has_head(self) -> bool:
        """Whether a request body is arriving after the head of the request was checked."""
        return self._in_body

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        if not self._table.admit(self):
            self._send_error_and_close(503)

    def connection_lost(self, exc: Exception | None) -> None:
        self._table.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._has_whole_request:
            self._close_after_response()
            return
        if self._table.stage_of(self) is Stage.IDLE:
            self._table.move(self, Stage.HEAD)
        self._parse_piece(data)
        stage = self._update_stage()
        # Reading is paused only while `cycle.body` has data, as it would otherwise never be resumed.
        has_more_than_enough = stage is Stage.BODY and self.cycle.body
        if has_more_than_enough or (stage is Stage.DRAINING and not self._table.may_drain()):
            self.flow.pause_reading()

    @property
    def _has_open_request(self) -> bool:
        """Whether the head of a request was received and its response isn't complete yet."""
        # The cycle is None until a head was received, although uvicorn's type says otherwise.
        never_asked = self.cycle is None
        return not never_asked and not self.cycle.response_complete

    @property
    def _has_whole_request(self) -> bool:
        """Whether a whole request was received and its response isn't complete yet."""
        return self._has_open_request and not self._in_body

    def _parse_piece(self, data: bytes) -> None:
        """Parse a piece of received data; refuse invalid HTTP, and data that never becomes a head or a body."""
        self._moved = False
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._parse_without_upgrade(data[upgrade.args[0] :])
            return
        except httptools.HttpParserError:
            if self._has_whole_request:
                self._close_after_response()
            else:
                self._refuse_invalid_http()
            return
        self._unread = 0 if self._moved else self._unread + len(data)
        if self._unread > HEAD_LIMIT:
            self._refuse_invalid_http()

    def _parse_without_upgrade(self, rest: bytes) -> None:
        """Parse a request again without its `Upgrade` header, as the parser would otherwise skip its body."""
        method = self.parser.get_method()
        version = self.parser.get_http_version().encode()
        if method == b"CONNECT":
            self._refuse_invalid_http()
            return
        headers = b"".join(b"%s: %s\r\n" % header for header in self.headers if header[0] != b"upgrade")
        self.parser = httptools.HttpRequestParser(self)
        self._parse_piece(b"%s %s HTTP/%s\r\n%s\r\n%s" % (method, self.url, version, headers, rest))

    def on_message_begin(self) -> None:
        if self._has_whole_request:
            raise _RequestTooEarly
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_body:  # Header lines after a chunked body (trailers) are ignored.
            super().on_header(name, value.rstrip(b" \t"))

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        check_head(self.parser.get_http_version(), self.headers)
        self._in_body = self._moved = True
        super().on_headers_complete()
        self.cycle.transport = cast("asyncio.Transport", JoinedWrites(self.transport, self.loop))

    def on_body(self, body: bytes) -> None:
        self._moved = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        self._in_body = False
        self._moved = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        if not self.transport.is_closing():
            self.flow.resume_reading()
        if self._update_stage() is Stage.DRAINING and not self._table.may_drain():
            self.flow.pause_reading()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._update_stage()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._update_stage()

    def drain(self) -> None:
        """Continue to read from the connection."""
        self.flow.resume_reading()

    def give_up(self, stage: Stage) -> None:
        """End the connection for a timeout or for want of places, with an error response if a part of a request was
        read.
        """
        if stage is Stage.BODY:
            self._abandon_request()
            self._send_error_and_close(503)
        elif stage is Stage.HEAD and self._unread:
            self._send_error_and_close(408)
        elif stage in (Stage.HEAD, Stage.IDLE):
            self.transport.close()
        else:
            self.transport.abort()
        self._update_stage()

    def _refuse_invalid_http(self) -> None:
        """Refuse data that is invalid HTTP, and abandon the request that is open on the connection.

        uvicorn would let the application respond on a connection that is closed already, and log a traceback: any
        client could fill the log.
        """
        if self._has_open_request:
            self._abandon_request()
        self._send_error_and_close(400)

    def _abandon_request(self) -> None:
        """Notify the application that no client waits for its response any more."""
        self.cycle.disconnected = True
        self.cycle.message_event.set()

    def _update_stage(self) -> Stage | None:
        """Update the connection's stage in the table and return it; None if the connection no longer has a place."""
        previous = self._table.stage_of(self)
        if previous is None:
            return None
        stage = self._find_stage(previous)
        self._table.move(self, stage)
        return stage

    def _find_stage(self, previous: Stage) -> Stage:
        if self.transport.is_closing():
            return Stage.CLOSING
        if self.flow.write_paused:
            return Stage.BLOCKED
        if self._has_open_request:
            return Stage.BODY if self._in_body else Stage.ANSWERING
        if self._in_body:
            return Stage.DRAINING
        return Stage.HEAD if previous is Stage.HEAD else Stage.IDLE

    def _close_after_response(self) -> None:
        """Close the connection after the current response: a client that sends its next request earlier would fill
        memory without end.
        """
        self.cycle.keep_alive = False
        self.flow.pause_reading()

    def _send_error_and_close(self, status: int) -> None:
        """Send an error response unless the application's response has begun, and close the connection."""
        is_answer_under_way = (self._in_body or self._has_whole_request) and self.cycle.response_started
        if not is_answer_under_way and not self.transport.is_closing():
            self.transport.write(_build_error_response(status))
        self.transport.close()


def _build_error_response(status: int) -> bytes:
    body = json.dumps({"error": SENTENCES[status]}).encode()
    retry = b"retry-after: %d\r\n" % RETRY_AFTER if status == 503 else b""
    head = b"content-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n" % len(body)
    return b"%s%s%s\r\n%s" % (STATUS_LINE[status], head, retry, body)
