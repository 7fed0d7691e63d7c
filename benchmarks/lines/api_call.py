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
from functools import partial
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
    officer = person(said["officer"])
    tip = said["tip"]
    text = tip_texts()[0]
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


class Client:
    """One keep-alive connection by bare sockets, which sends what was made before and so costs little itself."""

    def __init__(self, url: str, token: str) -> None:
        place = urlsplit(url)
        self._socket = socket.create_connection((place.hostname, place.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"Host: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"

    def prepare(self, operation: str, arguments: Mapping[str, object]) -> Callable[[], bytes]:
        """Return what calls an operation and returns its answer; raises `CannotRun` where it is refused."""
        body = json.dumps(arguments).encode()
        head = f"POST /api/v1/{operation} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        return partial(self._exchange, head.encode() + body)

    def _exchange(self, request: bytes) -> bytes:
        self._socket.sendall(request)
        heard = self._socket.recv(65536)
        while (end := heard.find(b"\r\n\r\n") + 4) < 4:
            heard += self._socket.recv(65536)
        if not heard.startswith(b"HTTP/1.1 200"):
            raise CannotRun(f"a call was answered {heard[:300]!r}")
        length = int(heard.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(heard) < end + length:
            heard += self._socket.recv(65536)
        return heard[end:]

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def _timed(act: Callable[[], object]) -> Callable[[], float]:
    """Return a round that takes the time of some calls, one after the other."""

    def several() -> None:
        for _ in range(_CALLS):
            act()

    return milliseconds(several)
