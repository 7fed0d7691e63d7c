"""A broadcast to 1,000 groups through a server that answers after 50 ms, no pacing, 32 threads.

Ours: the worker claims, starts, decrypts, addresses, sends and settles each row; a messenger posts it by httpx, a
client for each thread. The time runs from the commit of all rows to the settlement of the last one.
Floor: threads ÷ latency, the theoretical maximum. A further row shows the rate of bare httpx with the same threads.
"""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from ssl import SSLContext
from statistics import median
from time import monotonic, sleep

import httpx

from anninh_core import App, system
from anninh_core.kernel.clock import SystemClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.messages import Address, OutgoingMessage, Place, Receipt
from anninh_core.vocabulary.permissions import Permission
from benchmarks.measure import CannotRun, Effort, Goal, Result, measure_rate
from benchmarks.processes import Program
from benchmarks.town import INSTANCE, QuietMessenger, open_town

TITLE = "broadcast to 1,000 groups at 50 ms each, 32 threads, against threads ÷ latency"
GROUPS = 1_000
THREADS = 32
LATENCY = 0.05
IDEAL = THREADS / LATENCY
GOAL = Goal(least=0.88)
PATIENCE = 120.0
TEXT = "Broadcast " * 20


class MorningClock:
    """The machine's clock, moved to ten in the morning in Vietnam, so that no quiet hours delay a broadcast."""

    def __init__(self) -> None:
        now = SystemClock().now()
        self._shift = now.replace(hour=3, minute=0) - now

    def now(self) -> datetime:
        """Return the time of the moved clock."""
        return SystemClock().now() + self._shift


class ThreadClients(threading.local):
    """An httpx client for each thread, with one shared TLS context: loading its certificates takes as long as many
    sends.
    """

    def __init__(self, context: SSLContext) -> None:
        self.client = httpx.Client(timeout=10, verify=context)


class HttpMessenger(QuietMessenger):
    """A messenger that posts each message to a URL."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._clients = ThreadClients(httpx.create_ssl_context())
        self._lock = threading.Lock()
        self._expected = 0
        self.all_sent = threading.Event()

    def expect(self, messages: int) -> None:
        """Set `all_sent` after this number of further messages."""
        self._expected = messages
        self.all_sent.clear()

    def send(self, message: OutgoingMessage) -> Receipt:
        """Post a message, and wait for the response."""
        self.post(message.to.id, message.text)
        with self._lock:
            self._expected -= 1
            if not self._expected:
                self.all_sent.set()
        return super().send(message)

    def post(self, to: str, text: str) -> None:
        """Post a text."""
        self._clients.client.post(self._url, json={"to": to, "text": text}).raise_for_status()


def measure(effort: Effort) -> Sequence[Result]:
    """Measure several broadcasts, each against the theoretical maximum."""
    rounds = effort.choose(3, 9)
    with Program("benchmarks.programs.answering", LATENCY) as server:
        messenger = HttpMessenger(server.read_line())
        with open_town(effort.folder, messenger, clock=MorningClock()) as app:
            groups = _link_groups(app)
            sending = threading.Thread(target=partial(app.worker.run, timedelta(seconds=0.1), THREADS))
            sending.start()
            try:
                ours = [_broadcast(app, messenger, groups) for _ in range(rounds)]
            finally:
                app.worker.stop()
                sending.join()
            bare = [measure_rate(partial(_post_all, messenger)) for _ in range(rounds)]
    return [_build_result("broadcast", ours, GOAL), _build_result("bare httpx, same threads", bare, None)]


def _build_result(case: str, rates: Sequence[float], goal: Goal | None) -> Result:
    ratios = tuple(sorted(speed / IDEAL for speed in rates))
    return Result(case=case, unit="messages/s", measured=median(rates), floor=IDEAL, ratios=ratios, goal=goal)


def _link_groups(app: App) -> list[str]:
    """Link the groups to the app, and return their conversations."""
    clock = system("clock")
    unit = app.district.root
    addresses = (Address(INSTANCE, Place.GROUP, f"group-{number}") for number in range(GROUPS))
    return [
        run_step(app.internals.services.conversations.link_group, clock, address, unit, "Group").id
        for address in addresses
    ]


def _broadcast(app: App, messenger: HttpMessenger, groups: Sequence[str]) -> float:
    """Put a message to every group into the outbox; return the number of rows settled a second."""
    queues = app.internals.context.storage.queues
    before = queues.depth().get("outbox.delivered", 0)

    def put_messages(uow: UnitOfWork) -> None:
        uow.permit(app.district.root)
        for group in groups:
            uow.send(
                group, TEXT, purpose=Lane.BROADCAST, cause="item:1", scope=f"conversation:{group}", lane=Lane.BROADCAST
            )

    messenger.expect(len(groups))
    app.internals.runner.run_command(system("router"), "benchmark.broadcast", Permission.INTAKE, put_messages)
    begun = monotonic()
    messenger.all_sent.wait(PATIENCE)  # Counting rows during the run would slow it down.
    while (settled := queues.depth().get("outbox.delivered", 0) - before) < len(groups):
        if monotonic() - begun > PATIENCE:
            raise CannotRun(f"{settled} of {len(groups)} messages were settled in {PATIENCE:g} s: {queues.depth()}")
        sleep(0.005)
    return len(groups) / (monotonic() - begun)


def _post_all(messenger: HttpMessenger) -> int:
    """Post as many messages as a broadcast with as many threads and nothing else; return their number."""
    with ThreadPoolExecutor(THREADS) as pool:
        return len(list(pool.map(lambda number: messenger.post(f"group-{number}", TEXT), range(GROUPS))))
