"""HonestClient events while many hostile connections besiege the web server.

Ours: `anninh_core.web.serve` on an SQLite file. Meanwhile ten signed events a second arrive, each over its own
connection; the results are the slowest answer to them and the server's peak memory. The hostile clients reopen at once
each connection that the server closes.
There is no floor: a bare server answers 503, or not at all. The hostile clients run in their own process, which takes
much of the time of a machine with two cores.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from attrs import define, field
from tests.support.hostile_clients import MANNERS

from benchmarks.measure import CannotRun, Effort, Goal, Result
from benchmarks.processes import Program
from benchmarks.town import INSTANCE, build_signature_header, iter_events, open_town

TITLE = "honest webhooks, ten a second over new connections, while a hostile crowd holds on to the door"
SLOWEST = Goal(most=1000)
MEMORY = Goal(most=128)

_EVERY_S = 0.1


@define
class HonestClient:
    """An honest client that sends events and records the answers.

    Attributes:
        waits: milliseconds from the start of the connection to the whole answer.
    """

    url: str
    bodies: Iterator[bytes]
    waits: list[float] = field(factory=list)
    answers: Counter[str] = field(factory=Counter)

    def send_for(self, seconds: float) -> None:
        """Send an event every tenth of a second, or as soon as the last was answered."""
        begun = time.perf_counter()
        for turn in count():
            if time.perf_counter() > begun + seconds:
                return
            self._send_event()
            time.sleep(max(0.0, begun + (turn + 1) * _EVERY_S - time.perf_counter()))

    def _send_event(self) -> None:
        body = next(self.bodies)
        begun = time.perf_counter()
        address = urlsplit(self.url)
        connection = HTTPConnection(str(address.hostname), address.port, timeout=10)
        try:
            connection.request("POST", f"/hook/{INSTANCE}", body, dict([build_signature_header(body)]))
            response = connection.getresponse()
            response.read()
            self.answers[str(response.status)] += 1
        except (OSError, HTTPException) as error:
            self.answers[type(error).__name__] += 1
        finally:
            connection.close()
        self.waits.append(1000 * (time.perf_counter() - begun))


def measure(effort: Effort) -> Sequence[Result]:
    """Measure each manner of attack with 1,500 hostile clients; in a full run with 600 too."""
    seconds = effort.choose(4.0, 20.0)
    sizes = effort.choose((1500,), (600, 1500))
    return [
        result
        for manner in MANNERS
        for size in sizes
        for result in _besiege(effort.within(f"{manner}-{size}").folder, manner, size, seconds)
    ]


def _besiege(folder: Path, manner: str, size: int, seconds: float) -> tuple[Result, Result]:
    # The store is created here, because creating it loads modules that its web server never needs.
    open_town(folder).close()
    with Program("benchmarks.programs.serve", folder) as door:
        url = door.read_line()
        honest = HonestClient(url, iter_events())
        honest.send_for(1)
        honest.waits.clear()
        honest.answers.clear()
        before = door.megabytes
        with Program("tests.support.hostile_clients", url, manner, size) as crowd:
            crowd.read_line()
            honest.send_for(seconds)
            crowd.close_input()
            hostile = crowd.answer()
        most = door.peak_megabytes
    if not honest.waits:
        raise CannotRun("not one event was sent")
    case = f"{size:,} {manner.replace('_', ' ')}"
    waits = sorted(honest.waits)
    answers = ", ".join(f"{number} × {what}" for what, number in honest.answers.most_common())
    note = f"{case}: {answers}; median {waits[len(waits) // 2]:.0f} ms; {hostile['connected']} hostile connections, "
    note += f"answered {hostile['answers']}"
    return (
        Result(case=f"{case}: slowest answer", unit="ms", measured=waits[-1], limit=SLOWEST, note=note),
        Result(case=f"{case}: memory", unit="MB", measured=most, limit=MEMORY, note=f"{before:.0f} MB before"),
    )
