"""The sandbox as a server on loopback, with sockets that can be closed without a response."""

import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Generic, Self, TypeVar

from anninh_zalo.testing.carriers.service import SandboxService
from anninh_zalo.testing.wire import HttpRequest, LostAnswer, format_http_date

_POLL_INTERVAL = 0.05
"""Seconds between two checks for webhooks that are due."""


S = TypeVar("S", bound=SandboxService)


class SandboxServer(Generic[S]):
    """A sandbox on loopback that posts webhooks in the background; a context manager.

    It uses Python's own server: a web server that hides its sockets couldn't close one instead of answering.

    Args:
        delivers: whether webhooks are posted in the background; otherwise each `Sandbox.deliver_due` posts them.
    """

    def __init__(self, sandbox: S, port: int = 0, *, delivers: bool = True) -> None:
        self.sandbox = sandbox
        self._server = _build_server(sandbox, port)
        self._stopped = Event()
        self._threads = [Thread(target=self._server.serve_forever, args=(_POLL_INTERVAL,))]
        if delivers:
            self._threads.append(Thread(target=self._deliver_webhooks))

    @property
    def port(self) -> int:
        """Port of the server."""
        return int(self._server.server_address[1])

    def base(self, host: str = "") -> str:
        """Return the base address of the server, or of the host "oauth", "openapi", "business" or "bot-api" if
        given.
        """
        return f"http://127.0.0.1:{self.port}" + (f"/{host}" if host else "")

    def __enter__(self) -> Self:
        self.sandbox.world.media_base = self.base("media")
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._server.shutdown()
        for thread in self._threads:
            thread.join()
        self._server.server_close()

    def _deliver_webhooks(self) -> None:
        while not self._stopped.wait(_POLL_INTERVAL):
            self.sandbox.deliver_due()


def _build_server(sandbox: SandboxService, port: int) -> ThreadingHTTPServer:
    class Handler(SandboxHandler):
        box = sandbox

    return SandboxHttpServer(("127.0.0.1", port), Handler)


class SandboxHttpServer(ThreadingHTTPServer):
    """A server that shuts down without waiting for open connections."""

    daemon_threads = True  # A thread may wait in a long poll or stay silent on purpose.
    block_on_close = False
    request_queue_size = 128


class SandboxHandler(BaseHTTPRequestHandler):
    """Answers requests from a sandbox, or closes the connection instead."""

    box: SandboxService
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def requested_host(self) -> str:
        """Return the host that a request is for."""
        return self.headers.get("host", "")

    def do_GET(self) -> None:
        """Answer a request of any method."""
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        headers = dict(self.headers.items())
        request = HttpRequest.build(self.command, self.requested_host(), self.path, headers, body)
        answer = self.box.answer(request)
        if isinstance(answer, LostAnswer):
            self._drop_connection(answer)
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_POST = do_GET  # noqa: N815  as above

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the sandbox's time for the header `Date`, as the platform would send it."""
        return super().date_time_string(timestamp) if timestamp else format_http_date(self.box.world.now())

    def _drop_connection(self, lost_answer: LostAnswer) -> None:
        self.close_connection = True
        if lost_answer is LostAnswer.SILENT:
            self.connection.recv(1)  # The thread waits until the client gives up.
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_args: object) -> None:
        """Log nothing: a path may hold a bot's token."""
