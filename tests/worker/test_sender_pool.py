"""Concurrent sending, and a stop during it."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from attrs import define, field
from tests.messaging.conftest import FIRE, THEFT, outbox, states

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.kernel.errors import StorageError
from anninh_core.messaging.outbound.outcomes import DeliveryOutcome, OutcomeRecorder
from anninh_core.messaging.outbound.sender import ClaimOutcome
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, MockChat, MockMessenger, SeededIds, memory_services
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt
from anninh_core.worker import worker
from anninh_core.worker.sender_pool import PoolOperations, SenderPool, StockLimits

pytestmark = pytest.mark.slow  # threads that wait for each other

PATIENCE = 30  # seconds until a test that hangs fails
THREADS = 4


@define
class Platform:
    """A platform that answers when the test sets `open`, and records simultaneous sends."""

    open: threading.Event = field(factory=threading.Event)
    crowded: threading.Event = field(factory=threading.Event)
    inside: Counter[str] = field(factory=Counter)
    lock: threading.Lock = field(factory=threading.Lock)
    threads: int = THREADS
    most: int = 0
    twice: list[str] = field(factory=list)

    def enter(self, to: str) -> None:
        with self.lock:
            self.inside[to] += 1
            if self.inside[to] > 1:
                self.twice.append(to)
            self.most = max(self.most, self.inside.total())
            if self.inside.total() == self.threads:
                self.crowded.set()
        assert self.open.wait(PATIENCE)
        with self.lock:
            self.inside[to] -= 1


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    platform = Platform()
    sound = MockMessenger.send

    def send(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        platform.enter(message.to.id)
        return sound(self, message)

    monkeypatch.setattr(MockMessenger, "send", send)
    yield platform
    platform.open.set()  # a failing test leaves no thread behind


@pytest.fixture(params=["memory", "sqlite"])
def app(
    request: pytest.FixtureRequest, chat: MockChat, clock: FixedClock, anninh_ids: SeededIds, tmp_path: Path
) -> Iterator[App]:
    """An app on memory, and on a file."""
    if request.param == "memory":
        yield request.getfixturevalue("anninh_app")
        return
    oa = MockMessenger.on(chat, "oa", memory_services(clock, anninh_ids))
    settings = Settings().resolve_paths(tmp_path)
    parts = Parts(clock=clock, ids=anninh_ids, messengers={"oa": oa})
    with open_app(load_profile("hoa_lu_2021"), settings, parts) as app:
        yield app


def take_in(app: App, chat: MockChat, people: int, *texts: str) -> None:
    """Let each of `people` write each of `texts`, and process the events without sending."""
    for text in texts:
        for n in range(people):
            chat.says(chat.person(f"Thử {n}"), text)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    while app.worker.step(send=lambda _limit: ClaimOutcome()).received:
        pass


def running(app: App, threads: int = THREADS) -> threading.Thread:
    """Start the app's worker in a new thread."""
    thread = threading.Thread(target=lambda: app.worker.run(timedelta(milliseconds=10), threads))
    thread.start()
    return thread


def ended(thread: threading.Thread) -> bool:
    thread.join(PATIENCE)
    return not thread.is_alive()


@pytest.fixture
def until(app: App, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], threading.Event]:
    """Returns an event that is set once a number of rows is delivered."""

    def make(number: int) -> threading.Event:
        done = threading.Event()
        sound = OutcomeRecorder.record

        def record(self: OutcomeRecorder, row: OutboxRow, outcome: DeliveryOutcome) -> None:
            sound(self, row, outcome)
            if app.internals.context.storage.queues.depth().get("outbox.delivered", 0) >= number:
                done.set()

        monkeypatch.setattr(OutcomeRecorder, "record", record)
        return done

    return make


def test_threads_send_concurrently(
    app: App, chat: MockChat, platform: Platform, until: Callable[[int], threading.Event]
) -> None:
    """Messages are sent concurrently by all threads, each once and never two at the same time to a person."""
    take_in(app, chat, 8, THEFT, "TRO GIUP")
    done = until(16)
    thread = running(app)
    assert platform.crowded.wait(PATIENCE)
    platform.open.set()
    assert done.wait(PATIENCE)
    app.worker.stop()
    assert ended(thread)
    assert states(app) == ["delivered"] * 16
    assert (platform.most, platform.twice) == (THREADS, [])
    assert [len(chat.account.sent(row.id)) for row in outbox(app)] == [1] * 16


def test_conversation_keeps_its_order(
    app: App, chat: MockChat, platform: Platform, until: Callable[[int], threading.Event]
) -> None:
    """In each conversation the receipt is sent before the help."""
    platform.open.set()
    take_in(app, chat, 8, THEFT, "TRO GIUP")
    done = until(16)
    thread = running(app)
    assert done.wait(PATIENCE)
    app.worker.stop()
    assert ended(thread)
    for n in range(8):
        first, second = chat.hears(chat.person(f"Thử {n}"))
        assert ("Mã tiếp nhận" in first, "TRA CUU" in second) == (True, True)


def test_stop_finishes_sends_and_releases_rows(
    app: App, chat: MockChat, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stop lets running sends finish and at once releases the claimed rows, untried."""
    take_in(app, chat, 20, THEFT)
    sound = app.worker.outbox.give_back

    def give_back(rows: Sequence[OutboxRow], later: Mapping[str, datetime] | None = None) -> None:
        sound(rows, later)
        if rows:
            platform.open.set()

    monkeypatch.setattr(app.worker.outbox, "give_back", give_back)
    thread = running(app)
    assert platform.crowded.wait(PATIENCE)
    app.worker.stop()
    assert platform.open.wait(PATIENCE)
    assert ended(thread)
    assert Counter((row.state, row.attempts) for row in outbox(app)) == {("delivered", 1): THREADS, ("ready", 0): 16}


def test_single_thread_stops_between_sends(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """A single sending thread stops after the current send and releases its other claimed rows at once."""
    take_in(app, chat, 5, THEFT)
    sound = MockMessenger.send

    def stop_and_send(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        app.worker.stop()
        return sound(self, message)

    monkeypatch.setattr(MockMessenger, "send", stop_and_send)
    app.worker.run()
    assert Counter((row.state, row.attempts) for row in outbox(app)) == {("delivered", 1): 1, ("ready", 0): 4}


def test_urgent_row_overtakes_claimed_rows(
    app: App, chat: MockChat, platform: Platform, until: Callable[[int], threading.Event]
) -> None:
    """Emergency messages that are claimed while all threads are busy are sent before receipts that were claimed
    earlier.
    """
    platform.threads = 1
    take_in(app, chat, 2, THEFT)
    outbox_sender = app.worker.outbox
    work = PoolOperations(claim=outbox_sender.claim, carry_out=outbox_sender.send, give_back=outbox_sender.give_back)
    done = until(4)
    pool = SenderPool(work, 1, threading.Event(), stock=StockLimits(full=4, low=2))
    assert len(pool.claim_more().rows) == 2
    assert platform.crowded.wait(PATIENCE)
    take_in(app, chat, 3, FIRE)
    assert len(pool.claim_more().rows) == 2
    platform.open.set()
    assert done.wait(PATIENCE)
    pool.close()
    lanes = {row.platform_id: row.lane for row in outbox(app)}
    sent_lanes = [lanes[message.id] for message in chat.messages() if not message.author]
    assert sent_lanes == ["reply", "emergency", "emergency", "reply"]


def test_failing_row_stops_no_other(
    app: App, chat: MockChat, platform: Platform, until: Callable[[int], threading.Event], clock: FixedClock
) -> None:
    """A storage error in one thread leaves its row to the lease, and the other rows are sent."""
    platform.open.set()
    take_in(app, chat, 6, THEFT)
    first = outbox(app)[0].id
    sound = app.internals.context.storage.queues.start
    queues = type(app.internals.context.storage.queues)

    def start(self: object, id: str, token: int, now: object, ttl: timedelta) -> bool:
        if id == first:
            raise StorageError("the disk is full")
        return sound(id, token, now, ttl)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queues, "start", start)
        done = until(5)
        thread = running(app)
        assert done.wait(PATIENCE)
        app.worker.stop()
        assert ended(thread)
    assert sorted(states(app)) == ["claimed"] + ["delivered"] * 5
    clock.advance(timedelta(minutes=3))
    app.worker.drain()
    assert states(app) == ["delivered"] * 6


def test_worker_waits_for_a_failing_storage(
    app: App,
    chat: MockChat,
    platform: Platform,
    until: Callable[[int], threading.Event],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The worker continues without a restart once the storage answers again."""
    platform.open.set()
    take_in(app, chat, 3, THEFT)
    monkeypatch.setattr(worker, "RECOVERY_PAUSE", timedelta(milliseconds=1))
    sound = app.worker.inbox.run
    failing = [None] * 3

    def run(limit: int = 50) -> int:
        if failing:
            failing.pop()
            raise StorageError("connection lost")
        return sound(limit)

    monkeypatch.setattr(app.worker.inbox, "run", run)
    done = until(3)
    thread = running(app)
    assert done.wait(PATIENCE)
    app.worker.stop()
    assert ended(thread)
    assert failing == []
