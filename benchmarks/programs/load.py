"""A load generator: sends signed webhooks over keep-alive connections and prints its results as JSON.

It uses bare sockets and one selector, so that it takes little of the machine that it shares with the server. Each
connection sends its next event once the last one is answered, or at its turn if a pace is given.
"""

import json
import selectors
import socket
import sys
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from time import perf_counter
from urllib.parse import urlsplit

from attrs import define, field

from benchmarks.town import INSTANCE, build_signature_header, iter_events


@define
class Connection:
    """A connection of the load generator to the web server."""

    socket: socket.socket
    sent_at: float = 0.0
    heard: bytes = b""


@define
class Load:
    """The requests of a load, and the responses to them.

    Attributes:
        requests: ready to be sent.
        waits: seconds from each request to its response.
        answers: number of responses by status.
    """

    requests: Iterator[bytes]
    waits: list[float] = field(factory=list)
    answers: Counter[str] = field(factory=Counter)

    def send(self, connection: Connection) -> None:
        """Send the next event over a connection."""
        connection.heard = b""
        connection.sent_at = perf_counter()
        connection.socket.sendall(next(self.requests))

    def read_available(self, connection: Connection) -> bool:
        """Read the available data of a connection, and return whether the response is complete."""
        data = connection.socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed a connection")
        connection.heard += data
        head, separator, body = connection.heard.partition(b"\r\n\r\n")
        if not separator or len(body) < _read_content_length(head):
            return False
        self.waits.append(perf_counter() - connection.sent_at)
        self.answers[head.split(b" ", 2)[1].decode()] += 1
        return True

    def summary(self, took: float) -> Mapping[str, object]:
        """Return the rate of the load, its waiting times in milliseconds, and the counts of responses."""
        waits = sorted(self.waits)
        return {
            "rate": len(waits) / took,
            "p50": 1000 * waits[len(waits) // 2],
            "p99": 1000 * waits[len(waits) * 99 // 100],
            "slowest": 1000 * waits[-1],
            "count": len(waits),
            "answers": dict(self.answers),
        }


def iter_requests(path: str, first: int) -> Iterator[bytes]:
    """Yield complete HTTP requests with signed events, without end."""
    for body in iter_events(first):
        name, value = build_signature_header(body)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n{name}: {value}\r\n\r\n"
        )
        yield head.encode() + body


def run_load(url: str, connections: int, seconds: float, first: int, pace: float = 0.0) -> Mapping[str, object]:
    """Send events for some seconds over some connections, and return the summary.

    Args:
        first: number of the first event.
        pace: events a second; 0 for as many as the server answers.
    """
    address = urlsplit(url)
    load = Load(iter_requests(f"/hook/{INSTANCE}", first))
    with selectors.DefaultSelector() as selector:
        idle = deque(Connection(socket.create_connection((address.hostname, address.port))) for _ in range(connections))
        for connection in idle:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        begun = perf_counter()
        _exchange_events(load, selector, idle, begun + seconds, pace)
        took = perf_counter() - begun
    for connection in idle:
        connection.socket.close()
    return load.summary(took)


def _exchange_events(
    load: Load, selector: selectors.BaseSelector, idle: deque[Connection], until: float, pace: float
) -> None:
    """Keep the connections busy until the time is over and every response has arrived."""
    begun = perf_counter()
    under_way = 0
    sent = 0
    while (now := perf_counter()) < until or under_way:
        while idle and now < until and (not pace or sent < (now - begun) * pace):
            load.send(idle.popleft())
            under_way, sent = under_way + 1, sent + 1
        for key, _ in selector.select(0.001 if pace else None):
            connection: Connection = key.data
            if load.read_available(connection):
                idle.append(connection)
                under_way -= 1


def _read_content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def main(url: str, connections: str, seconds: str, first: str, pace: str = "0") -> None:
    print(json.dumps(run_load(url, int(connections), float(seconds), int(first), float(pace))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
