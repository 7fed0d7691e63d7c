"""Fixture with a simulated network: host names, their addresses, and the responses of servers."""

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


def build_response(body: bytes = PICTURE, status: str = "200 OK", **headers: str) -> bytes:
    """Build the bytes of an HTTP response."""
    merged = {"Content-Length": str(len(body)), "Connection": "close"}
    merged |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in merged.items() if value)]
    return "\r\n".join([*lines, "", ""]).encode() + body


@define
class SimulatedNetwork(httpcore.NetworkBackend):
    """A simulated network, whose servers return the given responses in turn and record the requests.

    Attributes:
        answers: the next responses; an exception is raised at the connection.
        names: name -> addresses.
        asked: addresses of the connections.
        shown: names for which certificates were requested.
        sent: all sent bytes.
        piece: bytes per read.
        slow: seconds per read.
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
        self.asked.append((host, port))
        next_answer = self.answers.pop(0)
        if isinstance(next_answer, Exception):
            raise next_answer
        return SimulatedConnection(self, bytearray(next_answer))

    def resolve(self, host: str) -> Sequence[str]:
        self.looked_up.append(host)
        return self.names.get(host, (PUBLIC,))

    def fetcher(self, **options: Any) -> Fetcher:
        """Return a fetcher that uses this network."""
        environment = FetchEnvironment(
            resolve=self.resolve, network=self, trusted=ssl.create_default_context, ticks=lambda: self.now
        )
        return Fetcher(HOSTS, environment=environment, **options)


@define
class SimulatedConnection(httpcore.NetworkStream):
    """A connection to a simulated server."""

    paper: SimulatedNetwork
    rest: bytearray

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read up to `piece` bytes, and advance the clock by `slow`."""
        self.paper.now += self.paper.slow
        size = min(max_bytes, self.paper.piece)
        piece, self.rest = bytes(self.rest[:size]), self.rest[size:]
        return piece

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.paper.sent += buffer

    def close(self) -> None:
        """Do nothing, because the connection is simulated."""

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Record the name for which a certificate is requested."""
        self.paper.shown.append(server_hostname)
        return self

    def get_extra_info(self, info: str) -> Any:
        """Return None for every name."""
        return None


@pytest.fixture
def simulated_network() -> SimulatedNetwork:
    return SimulatedNetwork()
