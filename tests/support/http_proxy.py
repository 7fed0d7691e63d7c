"""An HTTP proxy on loopback: forwards requests, refuses tunnels, and records both."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from attrs import define, field


@define
class PretendProxy:
    """A running HTTP proxy, and its records.

    Attributes:
        address: the proxy's address for the settings.
        asked: method and address of each request.
        credentials: proxy credentials of each request, "" for none.
    """

    address: str
    asked: list[tuple[str, str]] = field(factory=list)
    credentials: list[str] = field(factory=list)


@contextmanager
def open_proxy() -> Iterator[PretendProxy]:
    """Run the proxy inside a `with`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.proxy = PretendProxy(f"http://127.0.0.1:{server.server_address[1]}")  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.proxy  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Forward a request to a server on this machine, and send its response back."""
        self._record_request()
        target = urlsplit(self.path)
        assert target.hostname == "127.0.0.1"
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kept = {name: value for name, value in self.headers.items() if not name.lower().startswith("proxy-")}
        onward = HTTPConnection("127.0.0.1", target.port or 80, timeout=5)
        onward.request(self.command, f"{target.path}?{target.query}" if target.query else target.path, body, kept)
        answer = onward.getresponse()
        data = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        onward.close()

    def do_POST(self) -> None:
        """Forward a form to a server on this machine, and send its response back."""
        self.do_GET()

    def do_CONNECT(self) -> None:
        """Record and refuse a tunnel, as no test server uses HTTPS."""
        self._record_request()
        self.send_error(502)

    def _record_request(self) -> None:
        proxy: PretendProxy = self.server.proxy  # type: ignore[attr-defined]
        proxy.asked.append((self.command, self.path))
        proxy.credentials.append(self.headers.get("Proxy-Authorization", ""))

    def log_message(self, *_: object) -> None:
        """Log nothing."""
