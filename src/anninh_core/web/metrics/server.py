"""A small HTTP server for the figures and probes of a process without a web server, such as a worker, on a port of its
own.

It uses only the standard library: a worker needs the extra `metrics` for its figures, but no web server.
"""

import json
import logging
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Thread

from anninh_core.app.app import App
from anninh_core.app.health import ALIVE, ReadinessProbe
from anninh_core.kernel.errors import ConfigurationError

Answer = tuple[int, str, bytes]
"""Status, media type and content of an HTTP response."""

_JSON = "application/json"
_log = logging.getLogger(__name__)


def build_answerer(app: App, figures: Callable[[], bytes], content_type: str) -> Callable[[str], Answer]:
    """Return a function that responds to the paths `/metrics`, `/livez` and `/readyz` like the app's web server, and to
    all others with 404.
    """
    readiness = ReadinessProbe(app)

    def answer(path: str) -> Answer:
        if path == "/metrics":
            return 200, content_type, figures()
        if path == "/livez":
            return _json_answer(200, ALIVE)
        if path == "/readyz":
            return _json_answer(*readiness.check().http_response(gives_reasons=True))
        if path == "/readyz/door":
            return _json_answer(*readiness.check().process_response)
        return _json_answer(404, {"error": "there are /metrics, /livez and /readyz"})

    return answer


def _json_answer(status: int, body: Mapping[str, object]) -> Answer:
    return status, _JSON, json.dumps(dict(body), separators=(",", ":")).encode()


@contextmanager
def open_metrics_server(host: str, port: int, answer: Callable[[str], Answer]) -> Iterator[str]:
    """Serve HTTP on a port from threads inside a `with`, and yield the URL of `/metrics`.

    Raises:
        ConfigurationError: the port isn't available.
    """
    try:
        server = _MetricsServer(host, port, answer)
    except (OSError, OverflowError) as error:
        raise ConfigurationError(
            "The server can't listen on {host!r}, port {port} ({reason}): choose another host or port.",
            host=host,
            port=port,
            reason=error,
        ) from error
    thread = Thread(target=server.serve_forever, name="anninh figures", daemon=True)
    thread.start()
    url_host = f"[{host}]" if ":" in host else host
    try:
        yield f"http://{url_host}:{server.server_address[1]}/metrics"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _MetricsServer(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = os.name == "posix"  # On other systems, this option would let two programs share the port.

    def __init__(self, host: str, port: int, answer: Callable[[str], Answer]) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.answer = answer
        super().__init__((host, port), _MetricsHandler)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002  who hung up is no news
        _log.debug("a question about the process broke off", exc_info=True)


class _MetricsHandler(BaseHTTPRequestHandler):
    timeout = 10  # A request has to arrive within this many seconds.
    server: _MetricsServer

    def do_GET(self) -> None:
        """Respond to a GET request; an error is logged by its class and not revealed to the client."""
        try:
            status, content_type, content = self.server.answer(self.path.partition("?")[0])
        except Exception as error:  # noqa: BLE001  see above
            _log.warning("%s can't be answered: %s", self.path.partition("?")[0][:40], type(error).__name__)
            status = 500
            content_type = _JSON
            content = b'{"error":"failed; the log names why"}'
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def version_string(self) -> str:
        """Return a server name that reveals no versions."""
        return "anninh"

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing, as requests come every few seconds."""
