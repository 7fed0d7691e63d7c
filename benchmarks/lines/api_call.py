"""A call of the JSON API over real HTTP, against the same use case called in Python.

Ours: `anninh serve --api` in its own process, an officer's session as a bearer token, one keep-alive connection over
loopback, one call after the other.
Floor: the same use case of an app in this process on the same file, by a trusted actor. It does no HTTP, no JSON, no
sign-in and no thread switch. Unlike other floors it is part of our side, so the ratios are above one.
"""

import json
import socket
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from urllib.parse import urlsplit

from anninh_core import App
from anninh_core.usecase import person
from benchmarks.measure import (
    CannotRun,
    Effort,
    Goal,
    Result,
    build_comparison,
    build_milliseconds_round,
    measure_pairs,
)
from benchmarks.processes import Program
from benchmarks.programs.serve_api import UNIT
from benchmarks.town import list_tip_texts, open_town

TITLE = "a call of the JSON API over HTTP, against the same call in Python, SQLite, one connection"
GOAL = Goal(most=3)
SMALLEST = Goal(most=5)
_CALLS = 10


def measure(effort: Effort) -> Sequence[Result]:
    """Measure the smallest query, the opening of a record, and a command, each over HTTP and in Python."""
    rounds = effort.choose(21, 101)
    with Program("benchmarks.programs.serve_api", effort.folder) as server, open_town(effort.folder) as app:
        server_info = server.answer()
        client = KeepAliveClient(server_info["url"], server_info["token"])
        results = [
            build_comparison(
                case, "ms", measure_pairs(_build_round(over_http), _build_round(direct), rounds), goal=goal
            )
            for case, goal, over_http, direct in build_cases(app, client, server_info)
        ]
        client.close()
    return results


def build_cases(
    app: App, client: "KeepAliveClient", server_info: Mapping[str, str]
) -> Sequence[tuple[str, Goal, Callable[[], object], Callable[[], object]]]:
    """Return the measured cases, each with its name, its goal, the call over HTTP and the call in Python."""
    officer = person(server_info["officer"])
    tip = server_info["tip"]
    text = list_tip_texts()[0]
    return (
        (
            "smallest query (the journal's end)",
            SMALLEST,
            client.prepare("audit.head", {}),
            lambda: app.audit.head(officer),
        ),
        ("a tip is opened", GOAL, client.prepare("tips.get", {"tip_id": tip}), lambda: app.tips.get(officer, tip)),
        ("a page of tips", GOAL, client.prepare("tips.list", {}), lambda: app.tips.list(officer)),
        (
            "a tip is noted down",
            GOAL,
            client.prepare("tips.record_walk_in", {"text": text, "unit": UNIT}),
            lambda: app.tips.record_walk_in(officer, text, unit=UNIT),
        ),
    )


class KeepAliveClient:
    """One keep-alive connection by bare sockets, which sends prepared requests and so costs little itself."""

    def __init__(self, url: str, token: str) -> None:
        address = urlsplit(url)
        self._socket = socket.create_connection((address.hostname, address.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"Host: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"

    def prepare(self, operation: str, arguments: Mapping[str, object]) -> Callable[[], bytes]:
        """Return a function that calls an operation and returns the response body; it raises `CannotRun` unless the
        status is 200.
        """
        body = json.dumps(arguments).encode()
        head = f"POST /api/v1/{operation} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        return partial(self._send_request, head.encode() + body)

    def _send_request(self, request: bytes) -> bytes:
        self._socket.sendall(request)
        received = self._socket.recv(65536)
        while (end := received.find(b"\r\n\r\n") + 4) < 4:
            received += self._socket.recv(65536)
        if not received.startswith(b"HTTP/1.1 200"):
            raise CannotRun(f"a call was answered {received[:300]!r}")
        length = int(received.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(received) < end + length:
            received += self._socket.recv(65536)
        return received[end:]

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def _build_round(act: Callable[[], object]) -> Callable[[], float]:
    """Return a function that measures one round of `_CALLS` calls, one after the other."""

    def call_repeatedly() -> None:
        for _ in range(_CALLS):
            act()

    return build_milliseconds_round(call_repeatedly)
