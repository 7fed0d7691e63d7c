"""Clients that attack a web server: `python -m tests.support.hostile_clients URL MANNER COUNT`.

COUNT clients attack at the same time and reopen each connection that the server closes. The program prints a line once
all clients have begun, and continues until its standard input ends; then it prints, as JSON, the number of connections
and the counts of HTTP statuses.
"""

import asyncio
import json
import resource
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from attrs import define, field

LARGE = 900_000
HALF = 400_000
"""Number of bytes sent of a request body that is small enough to be accepted, but that some clients never complete."""

_HEAD = b"POST /hook/oa HTTP/1.1\r\nHost: door\r\n"
_DRIP_SECONDS = 0.5
_PAUSE_SECONDS = 0.05  # seconds before a closed connection is opened again
_NEEDED_FILES = 100  # number of open files that the process needs in addition to the connections


@define
class ClientConnection:
    """A client's connection to the attacked server, and the counts of the server's responses."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    answers: Counter[str]

    async def send(self, *parts: bytes) -> None:
        """Send bytes as fast as the server reads them."""
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()

    async def send_slowly(self, data: bytes) -> None:
        """Send `data` byte by byte, with a pause after each byte."""
        for byte in data:
            await self.send(bytes([byte]))
            await asyncio.sleep(_DRIP_SECONDS)

    async def read_responses(self) -> None:
        """Read until the server closes the connection, and count the responses."""
        while data := await self.reader.read(65536):
            for part in data.split(b"HTTP/1.1 ")[1:]:
                self.answers[part[:3].decode("latin-1")] += 1


Manner = Callable[[ClientConnection], Awaitable[None]]


async def _send_nothing(_: ClientConnection) -> None:
    """Send nothing."""


async def _send_half_head(wire: ClientConnection) -> None:
    await wire.send(_HEAD + b"X-Part: ")


async def _send_large_head(wire: ClientConnection) -> None:
    await wire.send(_HEAD + b"X-Part: " + b"x" * 15_000)


async def _drip_head(wire: ClientConnection) -> None:
    await wire.send_slowly(_HEAD + b"X-Part: x\r\n" * 1000)


async def _drip_body(wire: ClientConnection) -> None:
    await wire.send(_HEAD + b"Content-Length: 1000\r\n\r\n")
    await wire.send_slowly(b"x" * 1000)


async def _send_half_body(wire: ClientConnection) -> None:
    await wire.send(_HEAD + b"Content-Length: %d\r\n\r\n" % (HALF + 1000), b"x" * HALF)


async def _send_small_half_body(wire: ClientConnection) -> None:
    await wire.send(_HEAD + b"Content-Length: 8100\r\n\r\n", b"x" * 8000)


async def _stay_idle(wire: ClientConnection) -> None:
    await wire.send(b"GET /livez HTTP/1.1\r\nHost: door\r\n\r\n")


async def _send_large_body(wire: ClientConnection) -> None:
    await wire.send(_HEAD + b"Content-Length: %d\r\n\r\n" % LARGE, b"x" * LARGE)


async def _send_chunked_body(wire: ClientConnection) -> None:
    chunk = b"%x\r\n%s\r\n" % (30_000, b"x" * 30_000)
    await wire.send(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * (LARGE // 30_000), b"0\r\n\r\n")


async def _send_whole_body(wire: ClientConnection) -> None:
    await wire.send(_HEAD + b"Content-Length: %d\r\n\r\n" % HALF, b"x" * HALF)


async def _send_many_requests(wire: ClientConnection) -> None:
    """Send requests without waiting for responses."""
    await wire.send(*[b"GET /livez HTTP/1.1\r\nHost: door\r\n\r\n" * 500] * 20)


async def _request_readiness(wire: ClientConnection) -> None:
    await wire.send(b"GET /readyz HTTP/1.1\r\nHost: door\r\nConnection: close\r\n\r\n")


MANNERS: Mapping[str, Manner] = {
    "silent": _send_nothing,
    "half_heads": _send_half_head,
    "fat_heads": _send_large_head,
    "dripping_heads": _drip_head,
    "dripping_bodies": _drip_body,
    "half_bodies": _send_half_body,
    "small_half_bodies": _send_small_half_body,
    "idle": _stay_idle,
    "large_bodies": _send_large_body,
    "large_bodies_unannounced": _send_chunked_body,
    "whole_bodies": _send_whole_body,
    "many_requests": _send_many_requests,
    "readiness": _request_readiness,
}


@define
class AttackingClients:
    """Clients that attack in one manner.

    Attributes:
        begun: is set once each client has made its first move or was turned away.
    """

    host: str
    port: int
    manner: Manner
    connected: int = 0
    answers: Counter[str] = field(factory=Counter)
    waiting_for: int = 0
    begun: asyncio.Event = field(factory=asyncio.Event)

    async def run(self, count: int) -> None:
        """Keep `count` connections busy until the task is cancelled."""
        self.waiting_for = count
        await asyncio.gather(*(self._reconnect_forever() for _ in range(count)))

    async def _reconnect_forever(self) -> None:
        is_first = True
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection(self.host, self.port)
                self.connected += 1
                wire = ClientConnection(reader, writer, self.answers)
                try:
                    await self._attack_once(wire, is_first)
                finally:
                    writer.transport.abort()
            is_first = False
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _attack_once(self, wire: ClientConnection, is_first: bool) -> None:
        acting = asyncio.ensure_future(self.manner(wire))
        try:
            await asyncio.wait([acting], timeout=_DRIP_SECONDS)  # Even a client that sends slowly has begun by then.
            if is_first:
                self._count_begun_client()
            await wire.read_responses()
        finally:
            acting.cancel()
            with suppress(OSError, asyncio.CancelledError):
                await acting

    def _count_begun_client(self) -> None:
        self.waiting_for -= 1
        if not self.waiting_for:
            self.begun.set()


def _print_line(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _attack(url: str, manner: str, count: int) -> None:
    place = urlsplit(url)
    crowd = AttackingClients(str(place.hostname), int(place.port or 80), MANNERS[manner])
    siege = asyncio.ensure_future(crowd.run(count))
    await asyncio.wait([asyncio.ensure_future(crowd.begun.wait())], timeout=30)
    _print_line("begun")
    await asyncio.to_thread(sys.stdin.read)
    siege.cancel()
    with suppress(asyncio.CancelledError):
        await siege
    _print_line(json.dumps({"connected": crowd.connected, "answers": dict(crowd.answers)}))


def raise_file_limit(count: int) -> bool:
    """Raise this process's limit on open files for `count` connections; return whether the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = count + _NEEDED_FILES
    if soft < needed <= hard or hard == resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(needed, soft), hard))
    return needed <= resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def main(url: str, manner: str, count: str) -> None:
    if not raise_file_limit(int(count)):
        sys.exit(f"{count} connections need a higher limit on open files than the system grants (ulimit -Hn)")
    asyncio.run(_attack(url, manner, int(count)))


if __name__ == "__main__":
    main(*sys.argv[1:])
