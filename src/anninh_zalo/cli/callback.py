"""Receive the callback of an administrator's login, on a port of this machine or pasted by the administrator."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET6
from threading import Event, Lock, Thread
from urllib.parse import urlsplit

from anninh_core.kernel.errors import BadInput, ConfigurationError

PATIENCE = timedelta(minutes=15)
"""Time to wait for the browser's callback."""

_LOOPBACK = {"127.0.0.1": "127.0.0.1", "localhost": "127.0.0.1", "::1": "::1"}
_PAGE = b"<!doctype html><title>anninh</title><p>The answer has arrived. Go on at the command line; close this page."


def is_loopback(redirect_uri: str) -> bool:
    """Return whether this machine can listen on an address: plain HTTP on loopback."""
    parsed = urlsplit(redirect_uri)
    return parsed.scheme == "http" and parsed.hostname in _LOOPBACK


class CallbackListener:
    """Waits for the callback of one browser."""

    def __init__(self, server: "_CallbackServer") -> None:
        self._server = server

    def wait_for_callback(self, patience: timedelta = PATIENCE) -> str:
        """Return path and query of the browser's callback.

        Raises:
            BadInput: no callback arrived in time.
        """
        if not self._server.has_arrived.wait(patience.total_seconds()):
            minutes = patience // timedelta(minutes=1)
            raise BadInput(
                "The browser didn't come back from the consent page within {minutes} minutes: begin the login again.",
                minutes=minutes,
            )
        return self._server.callback


@contextmanager
def listen_for_callback(redirect_uri: str) -> Iterator[CallbackListener]:
    """Listen on the address of the callback inside a `with`.

    Raises:
        ConfigurationError: the address isn't on this machine, or can't be listened on.
    """
    if not is_loopback(redirect_uri):
        raise ConfigurationError(
            "The option `redirect_uri` isn't a plain HTTP address of this machine, so the login can't listen "
            "on it: use `--paste`."
        )
    parsed = urlsplit(redirect_uri)
    try:
        server = _CallbackServer(_LOOPBACK[parsed.hostname or ""], parsed.port or 80, parsed.path or "/")
    except (OSError, OverflowError, ValueError) as error:
        raise ConfigurationError(
            "The login can't listen on the address in the option `redirect_uri` ({reason}): free its port, "
            "or use `--paste`.",
            reason=error,
        ) from error
    thread = Thread(target=server.serve_forever, args=(0.05,), name="anninh zalo login", daemon=True)
    thread.start()
    try:
        yield CallbackListener(server)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# Requests run in daemon threads that nothing waits for, because browsers open connections that they never use.
class _CallbackServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = os.name == "posix"  # On other systems, the option would let two programs share the port.

    def __init__(self, host: str, port: int, path: str) -> None:
        self.address_family = AF_INET6 if ":" in host else self.address_family
        self.path = path
        self.has_arrived = Event()
        self.callback = ""
        self._lock = Lock()
        super().__init__((host, port), _CallbackHandler)

    def take(self, callback: str) -> bool:
        """Keep the first callback and return whether `callback` is it; each request has a thread of its own."""
        with self._lock:
            is_first = not self.callback
            self.callback = self.callback or callback
        return is_first


class _CallbackHandler(BaseHTTPRequestHandler):
    server: _CallbackServer
    timeout = 10  # Timeout in seconds for a request to arrive.

    def do_GET(self) -> None:
        """Accept the first callback; answer 404 to a browser's other requests, such as for an icon."""
        if self.path.partition("?")[0] != self.server.path or not self.server.take(self.path):
            self.send_error(404)
            return
        try:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(_PAGE)))
            self.end_headers()
            self.wfile.write(_PAGE)
        # The program ends once the callback has arrived, so that this is set only after the browser has its page.
        finally:
            self.server.has_arrived.set()

    def log_message(self, *_: object) -> None:
        """Log nothing: the path holds the code."""
