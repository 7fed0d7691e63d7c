"""The worker sends messages in several threads at the same time, and can be stopped while it sends."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from attrs import define, field
from tests.messaging.conftest import FIRE, THEFT, outbox, read_outbox_states

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

pytestmark = pytest.mark.slow  # These tests are slow, because their threads wait for each other.

PATIENCE = 30  # Seconds after which a test that hangs fails.
THREADS = 4


@define
class BlockingPlatform:
    """A simulated platform that answers each send when the test sets `open`, and records simultaneous sends."""

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
def blocking_platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[BlockingPlatform]:
    platform = BlockingPlatform()
    sound = MockMessenger.send

    def send_when_open(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        platform.enter(message.to.id)
        return sound(self, message)

    monkeypatch.setattr(MockMessenger, "send", send_when_open)
    yield platform
    platform.open.set()  # The waiting sends are released, so that a failing test leaves no thread behind.


@pytest.fixture(params=["memory", "sqlite"])
def app(
    request: pytest.FixtureRequest, chat: MockChat, clock: FixedClock, anninh_ids: SeededIds, tmp_path: Path
) -> Iterator[App]:
    """An app with a storage in memory, and one with a database file."""
    if request.param == "memory":
        yield request.getfixturevalue("anninh_app")
        return
    oa = MockMessenger.on(chat, "oa", memory_services(clock, anninh_ids))
    settings = Settings().resolve_paths(tmp_path)
    parts = Parts(clock=clock, ids=anninh_ids, messengers={"oa": oa})
    with open_app(load_profile("hoa_lu_2021"), settings, parts) as app:
        yield app


def receive_messages(app: App, chat: MockChat, people: int, *texts: str) -> None:
    """Let each of `people` write each of `texts`, and process the events without sending."""
    for text in texts:
        for n in range(people):
            chat.says(chat.person(f"Thử {n}"), text)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    while app.worker.step(send=lambda _limit: ClaimOutcome()).received:
        pass


def start_worker(app: App, threads: int = THREADS) -> threading.Thread:
    """Start the app's worker in a new thread."""
    thread = threading.Thread(target=lambda: app.worker.run(timedelta(milliseconds=10), threads))
    thread.start()
    return thread


def has_ended(thread: threading.Thread) -> bool:
    thread.join(PATIENCE)
    return not thread.is_alive()


@pytest.fixture
def delivery_counter(app: App, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], threading.Event]:
    """A function that returns an event, which is set once a number of rows is delivered."""

    def wait_for_deliveries(number: int) -> threading.Event:
        done = threading.Event()
        sound = OutcomeRecorder.record

        def record_and_count(self: OutcomeRecorder, row: OutboxRow, outcome: DeliveryOutcome) -> None:
            sound(self, row, outcome)
            if app.internals.context.storage.queues.depth().get("outbox.delivered", 0) >= number:
                done.set()

        monkeypatch.setattr(OutcomeRecorder, "record", record_and_count)
        return done

    return wait_for_deliveries


def test_threads_send_concurrently(
    app: App, chat: MockChat, blocking_platform: BlockingPlatform, delivery_counter: Callable[[int], threading.Event]
) -> None:
    """Messages are sent by all threads at the same time, but each only once and never two at a time to one person."""
    receive_messages(app, chat, 8, THEFT, "TRO GIUP")
    done = delivery_counter(16)
    thread = start_worker(app)
    assert blocking_platform.crowded.wait(PATIENCE)
    blocking_platform.open.set()
    assert done.wait(PATIENCE)
    app.worker.stop()
    assert has_ended(thread)
    assert read_outbox_states(app) == ["delivered"] * 16
    assert (blocking_platform.most, blocking_platform.twice) == (THREADS, [])
    assert [len(chat.account.sent(row.id)) for row in outbox(app)] == [1] * 16


def test_conversation_keeps_its_order(
    app: App, chat: MockChat, blocking_platform: BlockingPlatform, delivery_counter: Callable[[int], threading.Event]
) -> None:
    """In each conversation the receipt is sent before the help text."""
    blocking_platform.open.set()
    receive_messages(app, chat, 8, THEFT, "TRO GIUP")
    done = delivery_counter(16)
    thread = start_worker(app)
    assert done.wait(PATIENCE)
    app.worker.stop()
    assert has_ended(thread)
    for n in range(8):
        first, second = chat.hears(chat.person(f"Thử {n}"))
        assert ("Mã tiếp nhận" in first, "TRA CUU" in second) == (True, True)


def test_stop_finishes_sends_and_releases_rows(
    app: App, chat: MockChat, blocking_platform: BlockingPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stop lets running sends finish, and at once releases the claimed rows that weren't tried."""
    receive_messages(app, chat, 20, THEFT)
    sound = app.worker.outbox.give_back

    def release_and_record(rows: Sequence[OutboxRow], later: Mapping[str, datetime] | None = None) -> None:
        sound(rows, later)
        if rows:
            blocking_platform.open.set()

    monkeypatch.setattr(app.worker.outbox, "give_back", release_and_record)
    thread = start_worker(app)
    assert blocking_platform.crowded.wait(PATIENCE)
    app.worker.stop()
    assert blocking_platform.open.wait(PATIENCE)
    assert has_ended(thread)
    assert Counter((row.state, row.attempts) for row in outbox(app)) == {("delivered", 1): THREADS, ("ready", 0): 16}


def test_single_thread_stops_between_sends(app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """A single sending thread stops after the current send and releases its other claimed rows at once."""
    receive_messages(app, chat, 5, THEFT)
    sound = MockMessenger.send

    def stop_and_send(self: MockMessenger, message: OutgoingMessage) -> Receipt:
        app.worker.stop()
        return sound(self, message)

    monkeypatch.setattr(MockMessenger, "send", stop_and_send)
    app.worker.run()
    assert Counter((row.state, row.attempts) for row in outbox(app)) == {("delivered", 1): 1, ("ready", 0): 4}


def test_urgent_row_overtakes_claimed_rows(
    app: App, chat: MockChat, blocking_platform: BlockingPlatform, delivery_counter: Callable[[int], threading.Event]
) -> None:
    """Emergency messages that are claimed while all threads are busy are sent before receipts that were claimed
    earlier.
    """
    blocking_platform.threads = 1
    receive_messages(app, chat, 2, THEFT)
    outbox_sender = app.worker.outbox
    work = PoolOperations(claim=outbox_sender.claim, carry_out=outbox_sender.send, give_back=outbox_sender.give_back)
    done = delivery_counter(4)
    pool = SenderPool(work, 1, threading.Event(), stock=StockLimits(full=4, low=2))
    assert len(pool.claim_more().rows) == 2
    assert blocking_platform.crowded.wait(PATIENCE)
    receive_messages(app, chat, 3, FIRE)
    assert len(pool.claim_more().rows) == 2
    blocking_platform.open.set()
    assert done.wait(PATIENCE)
    pool.close()
    lanes = {row.platform_id: row.lane for row in outbox(app)}
    sent_lanes = [lanes[message.id] for message in chat.messages() if not message.author]
    assert sent_lanes == ["reply", "emergency", "emergency", "reply"]


def test_failing_row_stops_no_other(
    app: App,
    chat: MockChat,
    blocking_platform: BlockingPlatform,
    delivery_counter: Callable[[int], threading.Event],
    clock: FixedClock,
) -> None:
    """If one thread has a storage error, its row waits until the lease expires, and the other rows are sent."""
    blocking_platform.open.set()
    receive_messages(app, chat, 6, THEFT)
    first = outbox(app)[0].id
    sound = app.internals.context.storage.queues.start
    queues = type(app.internals.context.storage.queues)

    def fail_for_one_row(self: object, id: str, token: int, now: object, ttl: timedelta) -> bool:
        if id == first:
            raise StorageError("the disk is full")
        return sound(id, token, now, ttl)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queues, "start", fail_for_one_row)
        done = delivery_counter(5)
        thread = start_worker(app)
        assert done.wait(PATIENCE)
        app.worker.stop()
        assert has_ended(thread)
    assert sorted(read_outbox_states(app)) == ["claimed"] + ["delivered"] * 5
    clock.advance(timedelta(minutes=3))
    app.worker.drain()
    assert read_outbox_states(app) == ["delivered"] * 6


def test_worker_waits_for_a_failing_storage(
    app: App,
    chat: MockChat,
    blocking_platform: BlockingPlatform,
    delivery_counter: Callable[[int], threading.Event],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The worker continues without a restart once the storage answers again."""
    blocking_platform.open.set()
    receive_messages(app, chat, 3, THEFT)
    monkeypatch.setattr(worker, "RECOVERY_PAUSE", timedelta(milliseconds=1))
    sound = app.worker.inbox.run
    failing = [None] * 3

    def fail_then_run(limit: int = 50) -> int:
        if failing:
            failing.pop()
            raise StorageError("connection lost")
        return sound(limit)

    monkeypatch.setattr(app.worker.inbox, "run", fail_then_run)
    done = delivery_counter(3)
    thread = start_worker(app)
    assert done.wait(PATIENCE)
    app.worker.stop()
    assert has_ended(thread)
    assert failing == []
