"""A call of the JSON API over real HTTP, against the same use case called in Python.

Ours: `anninh serve --api` in a process of its own, an officer's session as a bearer token, one keep-alive connection
over loopback, one call after the other.

Floor: the same use case of an app in this process that has the same file open, by an actor who is vouched for. It does
no HTTP, no JSON, no sign-in and no change of threads. It is no floor in the sense of the other lines: ours does all of
it and more, so the ratios are above one.
"""

import json
import socket
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from anninh_core import App
from anninh_core.usecase import person
from benchmarks.measure import CannotRun, Effort, Goal, Result, compared, milliseconds, paired
from benchmarks.processes import Program
from benchmarks.programs.serve_api import UNIT
from benchmarks.town import open_town, tip_texts

TITLE = "a call of the JSON API over HTTP, against the same call in Python, SQLite, one connection"
GOAL = Goal(most=3)
SMALLEST = Goal(most=5)
_CALLS = 10


def measure(effort: Effort) -> Sequence[Result]:
    """Measure the smallest query, a record that is opened, and a command."""
    rounds = effort.choose(21, 101)
    with Program("benchmarks.programs.serve_api", effort.folder) as server, open_town(effort.folder) as app:
        said = server.answer()
        client = Client(said["url"], said["token"])
        results = [
            compared(case, "ms", paired(_timed(over_http), _timed(direct), rounds), goal=goal)
            for case, goal, over_http, direct in cases(app, client, said)
        ]
        client.close()
    return results


def cases(
    app: App, client: "Client", said: Mapping[str, str]
) -> Sequence[tuple[str, Goal, Callable[[], object], Callable[[], object]]]:
    """Return what is called: name, goal, over HTTP, in Python."""
    officer, tip, text = person(said["officer"]), said["tip"], tip_texts()[0]
    return (
        (
            "smallest query (the journal's end)",
            SMALLEST,
            lambda: client.call("audit.head", {}),
            lambda: app.audit.head(officer),
        ),
        ("a tip is opened", GOAL, lambda: client.call("tips.get", {"tip_id": tip}), lambda: app.tips.get(officer, tip)),
        ("a page of tips", GOAL, lambda: client.call("tips.list", {}), lambda: app.tips.list(officer)),
        (
            "a tip is noted down",
            GOAL,
            lambda: client.call("tips.record_walk_in", {"text": text, "unit": UNIT}),
            lambda: app.tips.record_walk_in(officer, text, unit=UNIT),
        ),
    )


class Client:
    """One keep-alive connection, by bare sockets: what it costs itself is little."""

    def __init__(self, url: str, token: str) -> None:
        place = urlsplit(url)
        self._socket = socket.create_connection((place.hostname, place.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"Host: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"

    def call(self, operation: str, arguments: Mapping[str, object]) -> bytes:
        """Call an operation and return its answer.

        Raises:
            CannotRun: it was refused.
        """
        body = json.dumps(arguments).encode()
        head = f"POST /api/v1/{operation} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        self._socket.sendall(head.encode() + body)
        heard, rest, length = b"", b"", -1
        while len(rest) != length:
            heard += self._socket.recv(65536)
            head_bytes, found, rest = heard.partition(b"\r\n\r\n")
            length = _length(head_bytes) if found else -1
        if not heard.startswith(b"HTTP/1.1 200"):
            raise CannotRun(f"{operation} was answered {heard[:300]!r}")
        return rest

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def _length(head: bytes) -> int:
    lines = (line.partition(b":") for line in head.lower().split(b"\r\n"))
    return next(int(value) for name, _, value in lines if name == b"content-length")


def _timed(act: Callable[[], object]) -> Callable[[], float]:
    """Return a round that takes the time of some calls, one after the other."""

    def several() -> None:
        for _ in range(_CALLS):
            act()

    return milliseconds(several)
