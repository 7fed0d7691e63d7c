"""The collector kit's source over HTTP, on the loopback: it publishes pieces, changes, and fails in every way that
sources do.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from typing import ClassVar

from anninh_core.testing.kits.collector.standing import StandingPiece, WritesPieces, piece

STATUSES: Mapping[str, int] = {
    "error": 500,
    "unavailable": 503,
    "rate_limit": 429,
    "unauthorised": 401,
    "forbidden": 403,
    "missing": 404,
    "gone": 410,
}
BODIES: Mapping[str, bytes] = {
    "page": b"<!DOCTYPE html><html><head><title>kit</title></head><body><p>Please sign in.<br></body></html>",
    "nothing": b"",
    "noise": bytes(range(256)) * 4,
    "half_a_letter": "Tin tức: ".encode() + b"\xe1\xbb",
    "number": b"4711",
}
RETRY_AFTER = 7200
"""Seconds of delay that the source demands if it is too busy."""

ENDLESS = 64 * 1024 * 1024
"""Number of bytes after which an endless answer ends if the client hasn't hung up before."""

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
_DRIP = 0.02  # Seconds between two bytes of a slow answer.


class HttpSource:
    """A source for a collector that is read by HTTP.

    Args:
        write: makes the answer from the pieces at the source.
        media_type: media type of the answer.
        folder: folder for a file that no source may make a collector read.
    """

    def __init__(self, write: WritesPieces, media_type: str, folder: Path) -> None:
        self._write = write
        self.media_type = media_type
        self.body = write(())
        self.failing = ""
        self.has_validators = True
        self.asked = self.unchanged = self.sent = 0
        self.closing = threading.Event()
        self.canary = folder / "canary.txt"
        self.canary.write_text("kitcanary", encoding="ascii")
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Answers", (_SourceRequestHandler,), {"source": self})
        )
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        """URL of the source, with a secret that no error may show."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/feed?key=kitsecret"

    def stand(self, pieces: Sequence[StandingPiece]) -> None:
        """Publish these pieces at the source, in their order."""
        self.body = self._write(pieces)
        self.failing = ""

    def fail(self, name: str) -> bool:
        """Make each reading of the source fail in the way `name`; return False if this media type can't. For a refused
        connection see `refusing_address`.
        """
        if name in ("laughs", "external", "deep") and not self.bomb(name):
            return False
        self.failing = name
        return True

    def bomb(self, name: str) -> bytes:
        """Return a body that expands or refers to a file if it is parsed without care; b"" if this media type has
        none.
        """
        if "json" in self.media_type and name == "deep":
            return b"[" * 100_000
        if "xml" in self.media_type and name != "deep":
            entities = f'<!ENTITY l0 "kitlaugh">{_LAUGHS}'
            if name == "external":
                entities = f'<!ENTITY l11 SYSTEM "{self.canary.as_uri()}">'
            head, _, rest = self._write([_BOMBED]).decode().rpartition("?>")
            declared = f"{head}?>" if head else '<?xml version="1.0"?>'
            return f"{declared}<!DOCTYPE kit [{entities}]>{rest.replace('kitbomb', '&l11;')}".encode()
        return b""

    def close(self) -> None:
        """Close the source's server, and end answers that are sent slowly."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


_BOMBED = piece(0, title="kitbomb", words="kitbomb")


@contextmanager
def refusing_address() -> Iterator[str]:
    """Yield an address that refuses connections; no other process gets the address in the meantime."""
    with socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # The port is taken, but nothing listens on it.
        yield f"http://127.0.0.1:{reserved.getsockname()[1]}/feed?key=kitsecret"


class _SourceRequestHandler(BaseHTTPRequestHandler):
    """Answers HTTP requests by the state of the source at that moment."""

    source: ClassVar[HttpSource]

    def do_GET(self) -> None:
        """Answer a request, or fail in the way that `HttpSource.fail` has set."""
        self.source.asked += 1
        with suppress(OSError):  # The client hung up, which it may do.
            self._map_failures().get(self.source.failing, self._send_failure)()

    def log_message(self, format: str, *args: object) -> None:
        """Do nothing, so that no request is logged."""

    def _map_failures(self) -> Mapping[str, Callable[[], None]]:
        return {
            "": self._send_pieces,
            "cut": lambda: self._send_response(200, self.source.body[: len(self.source.body) * 3 // 5]),
            "broken_line": lambda: self._send_response(200, self.source.body[:-40], length=len(self.source.body)),
            "announced": lambda: self._send_response(200, self.source.body, length=1024**3),
            "endless": self._send_endless_body,
            "slow": self._send_slowly,
            "silent": self._wait_for_close,
            "circle": lambda: self._send_response(302, b"", {"Location": self.path}),
            "to_file": lambda: self._send_response(302, b"", {"Location": self.source.canary.as_uri()}),
        }

    def _send_pieces(self) -> None:
        tag = f'"{sha256(self.source.body).hexdigest()[:16]}"'
        validators = {"ETag": tag} if self.source.has_validators else {}
        if validators and self.headers.get("If-None-Match") == tag:
            self.source.unchanged += 1
            self._send_response(304, b"", validators)
        else:
            self._send_response(200, self.source.body, validators)

    def _send_failure(self) -> None:
        name = self.source.failing
        if name in STATUSES:
            is_busy = name in ("unavailable", "rate_limit")
            self._send_response(STATUSES[name], b"kitsecret", {"Retry-After": str(RETRY_AFTER)} if is_busy else {})
        elif name in BODIES:
            self._send_response(200, BODIES[name])
        else:
            self._send_response(200, self.source.bomb(name))

    def _send_response(
        self, status: int, body: bytes, headers: Mapping[str, str] | None = None, *, length: int = -1
    ) -> None:
        self.send_response(status)
        kind = "text/html" if self.source.failing == "page" else self.source.media_type
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length < 0 else length))
        self.end_headers()
        self.wfile.write(body)

    def _send_endless_body(self) -> None:
        self._send_first_half()
        chunk = b" " * 65_536
        while self.source.sent < ENDLESS and not self.source.closing.is_set():
            self.wfile.write(chunk)
            self.source.sent += len(chunk)

    def _send_slowly(self) -> None:
        self._send_first_half()
        while not self.source.closing.wait(_DRIP):
            self.wfile.write(b" ")

    def _wait_for_close(self) -> None:
        self.source.closing.wait()

    def _send_first_half(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", self.source.media_type)
        self.end_headers()
        self.wfile.write(self.source.body[: len(self.source.body) // 2])
