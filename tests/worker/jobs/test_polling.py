"""Platforms that have to be asked."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest
from tests.messaging.conftest import THEFT
from tests.support.commits import OnCommit

from anninh_core.app import App, MessengerSettings, Settings
from anninh_core.kernel.errors import NeedsPerson, RetryLater, StorageError
from anninh_core.plugins import hookimpl
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.testing import FixedClock, MockChat, MockMessenger, memory_app
from anninh_core.testing.services import memory_services
from anninh_core.worker.jobs.polling import IDLE_PAUSE, MAX_BACKOFF, POLL_TIMEOUT, Polling

Answer = Sequence[bytes] | Exception


class Asked(MockMessenger):
    """A messenger that answers as it was told to, and then has nothing."""

    polls = True

    def prepare(self, *answers: Answer, then: Callable[[], object] = lambda: None) -> None:
        """Say what comes, and what is done each time that nothing is left."""
        self.answers = [*answers]
        self.waits = list[timedelta]()
        self._then = then

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        self.waits.append(wait)
        if not self.answers:
            self._then()
            return ()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def messenger(chat: MockChat, clock: FixedClock) -> Asked:
    asked = Asked("oa", {}, memory_services(clock), chat)
    asked.prepare()
    return asked


@pytest.fixture
def polled(chat: MockChat, clock: FixedClock, messenger: Asked) -> Iterator[App]:
    """An app whose `oa` has to be asked."""
    with memory_app(chat, clock=clock, messengers={"oa": messenger}) as app:
        yield app


def said(chat: MockChat, *texts: str) -> list[bytes]:
    """Let people write, and return the events."""
    for number, text in enumerate(texts):
        chat.says(chat.person(f"Thử Văn {number}"), text)
    return [request.body for request in chat.webhooks()]


def through(app: App, messenger: Asked, turns: int) -> list[timedelta | None]:
    """Do what a thread does that asks so many times; return its rests."""
    (loop,) = Polling(app.intake, {"oa": messenger}).job.threads.values()
    rests = [loop.turn() for _ in range(turns)]
    loop.finish()
    return rests


def received(app: App) -> int:
    """Return how many events lie in the inbox."""
    return sum(
        count for name, count in app.internals.context.storage.queues.depth().items() if name.startswith("inbox.")
    )


def test_a_tick_asks_until_nothing_is_left(polled: App, messenger: Asked, chat: MockChat) -> None:
    """Without waiting; what came twice counts once."""
    first, second, third = said(chat, "một", "hai", "ba")
    messenger.prepare([first], [second, third], [first])
    assert polled.worker.jobs["poll"].run() == 4
    assert received(polled) == 3
    assert messenger.waits == [timedelta()] * 4


def test_who_is_called_is_not_asked(app: App, messenger: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """A messenger without the ability, or configured otherwise, is left alone."""
    assert app.worker.jobs["poll"].run() == 0
    monkeypatch.setattr(Asked, "polls", False)
    assert Polling(app.intake, {"oa": messenger}).run() == 0
    assert messenger.waits == []


def test_one_in_trouble_leaves_the_others(
    polled: App, messenger: Asked, chat: MockChat, caplog: pytest.LogCaptureFixture
) -> None:
    """It is named in the log, with what to do, and those after it are asked."""
    deaf = Asked("deaf", {}, memory_services(), chat)
    deaf.prepare(NeedsPerson("Zalo (bots): the bot has a webhook; delete it"))
    messenger.prepare(said(chat, "một"))
    assert Polling(polled.intake, {"deaf": deaf, "oa": messenger}).run() == 1
    assert "deaf can't be polled: Zalo (bots): the bot has a webhook; delete it" in caplog.text


def test_a_running_worker_asks_and_answers(polled: App, messenger: Asked, chat: MockChat) -> None:
    """What somebody writes is heard and answered once, and the clock's round doesn't ask as well."""
    answered = threading.Event()
    polled.internals.runner.observers.append(OnCommit(lambda change: answered.set() if change.outbox_settled else None))
    messenger.prepare(said(chat, THEFT), then=lambda: answered.wait(60))
    worker = threading.Thread(target=polled.worker.run)
    worker.start()
    try:
        assert answered.wait(60)
    finally:
        polled.worker.stop()
        worker.join(60)
    assert not worker.is_alive()
    assert received(polled) == 1
    assert len(chat.hears(chat.person("Thử Văn 0"))) == 1
    assert set(messenger.waits) == {POLL_TIMEOUT}


def test_a_platform_that_lets_us_wait_doesn_t_hold_the_end(polled: App, messenger: Asked) -> None:
    """The worker ends while the platform still keeps a question open."""
    asked = threading.Event()
    free = threading.Event()

    def hold() -> None:
        asked.set()
        free.wait(60)

    messenger.prepare(then=hold)
    worker = threading.Thread(target=polled.worker.run)
    worker.start()
    try:
        assert asked.wait(60)
        polled.worker.stop()
        worker.join(30)
        assert not worker.is_alive()
        assert not free.is_set()
        assert polled.worker.jobs["poll"].run() == 0  # the thread left behind has the messenger to itself
    finally:
        free.set()


def test_polling_pauses_without_events(polled: App, messenger: Asked, chat: MockChat) -> None:
    """An event is followed by the next question at once, nothing by a rest, errors by longer ones."""
    event = said(chat, "một")
    messenger.prepare(event, (), *[RetryLater("no connection") for _ in range(8)], event)
    at_once, empty, *after, again = through(polled, messenger, 11)
    assert (at_once, empty, again) == (timedelta(), IDLE_PAUSE, timedelta())
    after_errors = [rest for rest in after if rest is not None]
    assert len(after_errors) == 8
    assert after_errors == sorted(after_errors)
    assert timedelta(seconds=1) <= after_errors[0]
    assert after_errors[-1] == MAX_BACKOFF


def test_a_platform_that_asks_for_patience_gets_it(polled: App, messenger: Asked) -> None:
    """However long it wants to be left alone."""
    messenger.prepare(RetryLater("quota", timedelta(minutes=10)), ValueError("a bug of the adapter's"))
    first, second = through(polled, messenger, 2)
    assert first == timedelta(minutes=10)
    assert second is not None
    assert timedelta() < second < MAX_BACKOFF


def test_what_came_is_held_until_it_is_stored(
    polled: App, messenger: Asked, chat: MockChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the storage is in trouble nothing more is asked for, and nothing is lost."""
    failing = [True, True]
    sound = polled.internals.context.storage.commit

    def commit(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if failing:
            failing.pop()
            raise StorageError("the disk is full")
        return sound(change_sets)

    messenger.prepare(said(chat, "một"))
    monkeypatch.setattr(polled.internals.context.storage, "commit", commit)
    through(polled, messenger, 3)
    assert len(messenger.waits) == 1
    assert received(polled) == 1


def test_what_is_lost_is_told(
    polled: App, messenger: Asked, chat: MockChat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever ends the worker while the storage is in trouble finds in the log how much was lost."""

    def fail(_change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        raise StorageError("the disk is full")

    messenger.prepare(said(chat, "một"))
    monkeypatch.setattr(polled.internals.context.storage, "commit", fail)
    with caplog.at_level(logging.ERROR):
        through(polled, messenger, 1)
    assert "1 events of oa couldn't be stored and are lost" in caplog.text
    assert "một" not in caplog.text


class Leased(Asked):
    """A messenger that holds its lease for as long as the platform keeps the question open."""

    name = "leased"

    def __init__(self, instance: str, options: dict[str, str], services: AdapterServices) -> None:
        super().__init__(instance, options, services, MockChat(services.clock))
        self.state = services.state
        self.prepare()

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        with self.state.lease("poll", wait + timedelta(seconds=30)) as lease:
            return () if lease is None else super().poll(wait)


class LeasedPlugin:
    """Offers it."""

    @hookimpl
    def anninh_messengers(self) -> Sequence[type]:
        return [Leased]


def test_the_next_process_may_ask_at_once(clock: FixedClock) -> None:
    """A thread left behind in a long poll holds no lease once its app is closed, so nobody is unheard for a minute."""
    settings = Settings(messengers={"leased": MessengerSettings(type="leased")})
    asked = threading.Event()
    free = threading.Event()

    def hold() -> None:
        asked.set()
        free.wait(60)

    with memory_app(clock=clock, settings=settings, plugins={"leased": LeasedPlugin()}) as app:
        messenger = app.internals.messengers["leased"]
        assert isinstance(messenger, Leased)
        messenger.prepare(then=hold)
        worker = threading.Thread(target=app.worker.run)
        worker.start()
        assert asked.wait(60)
        leases = app.internals.context.storage.leases
        assert leases.acquire("adapter:leased:poll", "next", clock.now(), timedelta(1)) is None
        app.worker.stop()
        worker.join(30)
    try:
        assert leases.acquire("adapter:leased:poll", "next", clock.now(), timedelta(1)) is not None
    finally:
        free.set()
