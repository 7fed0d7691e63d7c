"""A network that exists only on paper: names, addresses, and what the servers there answer."""

import ssl
from collections.abc import Iterable, Sequence
from typing import Any

import httpcore
import pytest
from attrs import define, field

from anninh_zalo.media.fetcher import FetchEnvironment, Fetcher
from anninh_zalo.media.link_guard import HOSTS

PUBLIC = "118.102.1.1"
PICTURE = b"\x89PNG a picture"
LINK = "https://f6-zpc.zdn.vn/3291/picture.jpg?token=secret-of-the-link"


def answer(body: bytes = PICTURE, status: str = "200 OK", **headers: str) -> bytes:
    """Return an answer as it stands on the wire."""
    told = {"Content-Length": str(len(body)), "Connection": "close"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in told.items() if value)]
    return "\r\n".join([*lines, "", ""]).encode() + body


@define
class Paper(httpcore.NetworkBackend):
    """Servers that answer one request after the other, and what was asked of them.

    Attributes:
        answers: what comes next; an exception is raised when it is connected.
        names: name -> addresses.
        asked: the addresses connected to.
        shown: the names by which certificates were asked for.
        sent: all that was sent.
        piece: bytes a read gives.
        slow: seconds a read takes.
        now: seconds on the clock.
    """

    answers: list[bytes | Exception] = field(factory=list)
    names: dict[str, Sequence[str]] = field(factory=dict)
    asked: list[tuple[str, int]] = field(factory=list)
    shown: list[str | None] = field(factory=list)
    sent: bytearray = field(factory=bytearray)
    looked_up: list[str] = field(factory=list)
    piece: int = 65_536
    slow: float = 0
    now: float = 0

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect."""
        self.asked.append((host, port))
        found = self.answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return Wire(self, bytearray(found))

    def resolve(self, host: str) -> Sequence[str]:
        """Return the addresses of a name."""
        self.looked_up.append(host)
        return self.names.get(host, (PUBLIC,))

    def fetcher(self, **chosen: Any) -> Fetcher:
        """Return a fetcher in this network."""
        ways = FetchEnvironment(
            resolve=self.resolve, network=self, trusted=ssl.create_default_context, ticks=lambda: self.now
        )
        return Fetcher(HOSTS, ways=ways, **chosen)


@define
class Wire(httpcore.NetworkStream):
    """A connection to a server on paper."""

    paper: Paper
    rest: bytearray

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read a piece, which takes its time."""
        self.paper.now += self.paper.slow
        size = min(max_bytes, self.paper.piece)
        piece, self.rest = bytes(self.rest[:size]), self.rest[size:]
        return piece

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write."""
        self.paper.sent += buffer

    def close(self) -> None:
        """Close."""

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Note the name that a certificate is asked for."""
        self.paper.shown.append(server_hostname)
        return self

    def get_extra_info(self, info: str) -> Any:
        """Know nothing."""
        return None


@pytest.fixture
def paper() -> Paper:
    return Paper()
