"""HTTP over one connection, by uvicorn, that holds little memory and waits for nobody for ever."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol
from uvicorn.server import ServerState

from anninh_core.web.connections.table import ConnectionTable, Stage
from anninh_core.web.error_responses import RETRY_AFTER, SENTENCES

PIECE, BODY_PIECE = 4096, 16384
"""Bytes that are read of a connection before others have their turn: of its head and what comes with it; of a body."""

HEAD_LIMIT = 8192
"""Largest head of a request in bytes."""


def build_protocol(table: ConnectionTable) -> Callable[..., asyncio.BaseProtocol]:
    """Return what uvicorn calls for each new connection of a server."""
    return partial(GuardedProtocol, table, memoryview(bytearray(BODY_PIECE)))


class GuardedProtocol(asyncio.BufferedProtocol):
    """Reads piece by piece, whatever the sender sends at once, and hands each piece on.

    Without it a connection takes a quarter of a megabyte in one go, before anybody has looked at its head.

    Args:
        table: of the server.
        buffer: where pieces are read to; each is handed on before the next is read, so all connections share it.
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
        self._buffer, self._small_buffer = buffer, buffer[:PIECE]
        self._requests = _GuardedRequests(table, config, server_state, app_state, _loop)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._requests.connection_made(cast("asyncio.Transport", transport))

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  asyncio's signature
        """Return where the next piece goes."""
        return self._buffer if self._requests.has_head else self._small_buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Hand a piece on."""
        self._requests.data_received(bytes(self._buffer[:nbytes]))

    def eof_received(self) -> None:
        """Let the connection be closed: nothing comes any more."""
        self._requests.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._requests.connection_lost(exc)

    def pause_writing(self) -> None:
        """Wait until the client takes what it asked for."""
        self._requests.pause_writing()

    def resume_writing(self) -> None:
        """Go on."""
        self._requests.resume_writing()


class _GuardedRequests(H11Protocol):
    """uvicorn's protocol, whose connection has its place in a table.

    Args:
        table: of the server.
        others: uvicorn's.
    """

    def __init__(self, table: ConnectionTable, *others: Any) -> None:
        super().__init__(*others)
        self._table = table

    @property
    def has_head(self) -> bool:
        """Whether a body is coming, whose head was looked at."""
        return self._table.stage_of(self) in (Stage.BODY, Stage.DRAINING)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        if not self._table.admit(self):
            self._refuse(503)

    def connection_lost(self, exc: Exception | None) -> None:
        self._table.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        stage = self._table.stage_of(self)
        if stage is Stage.IDLE:
            self._table.move(self, Stage.HEAD)
        super().data_received(data)
        stage = self._note_stage()
        if stage is Stage.BODY or (stage is Stage.DRAINING and not self._table.may_drain()):
            self.flow.pause_reading()
        elif stage is Stage.ANSWERING and self.conn.trailing_data[0]:
            self._end_after_answer()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._note_stage() is Stage.DRAINING and not self._table.may_drain():
            self.flow.pause_reading()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._note_stage()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._note_stage()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  uvicorn's signature
        """Refuse what is no HTTP; a request that it came with is answered by nobody any more.

        uvicorn would let the application answer on a connection that is closed already, and log a traceback: anybody
        could fill the log.
        """
        had_request = self.cycle is not None
        if had_request and not self.cycle.response_complete:
            self._abandon_request()
        self._refuse(400)

    def drain(self) -> None:
        """Read on."""
        self.flow.resume_reading()

    def give_up(self, stage: Stage) -> None:
        """End the connection, with a word to whoever was heard in part."""
        if stage is Stage.BODY:
            self._abandon_request()
            self._refuse(503)
        elif stage is Stage.HEAD and self.conn.trailing_data[0]:
            self._refuse(408)
        elif stage in (Stage.HEAD, Stage.IDLE):
            self.transport.close()
        else:
            self.transport.abort()
        self._note_stage()

    def _abandon_request(self) -> None:
        """Let the application know that nobody waits for its answer."""
        self.cycle.disconnected = True
        self.cycle.message_event.set()

    def _note_stage(self) -> Stage | None:
        """Tell the table what is waited for now; None where this connection has no place in it any more."""
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
        if self.cycle is None:
            return Stage.HEAD
        if not self.cycle.response_complete:
            return Stage.BODY if self.cycle.more_body else Stage.ANSWERING
        if self.conn.their_state is h11.SEND_BODY:
            return Stage.DRAINING
        return Stage.HEAD if previous is Stage.HEAD else Stage.IDLE

    def _end_after_answer(self) -> None:
        """Close once this request is answered: who sends the next one before that would fill memory without end."""
        self.cycle.default_headers = [*self.cycle.default_headers, CLOSE_HEADER]

    def _refuse(self, status: int) -> None:
        """Answer in place of the application, and close."""
        body = json.dumps({"error": SENTENCES[status]}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)), CLOSE_HEADER]
        if status == 503:
            headers.append((b"retry-after", b"%d" % RETRY_AFTER))
        response = h11.Response(status_code=status, headers=headers, reason=STATUS_PHRASES[status])
        try:
            parts = [self.conn.send(event) for event in (response, h11.Data(data=body), h11.EndOfMessage())]
        except h11.LocalProtocolError:  # an answer is under way, or nothing can be said any more
            parts = []
        self.transport.write(b"".join(part for part in parts if part))
        self.transport.close()
