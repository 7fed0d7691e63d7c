"""The worker polls platforms that have no webhook."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest
from tests.messaging.conftest import THEFT
from tests.support.commits import CommitListener

from anninh_core.app import App, MessengerSettings, Settings
from anninh_core.kernel.errors import NeedsPerson, RetryLater, StorageError
from anninh_core.plugins import hookimpl
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.testing import FixedClock, MockChat, MockMessenger, memory_app
from anninh_core.testing.services import memory_services
from anninh_core.worker.jobs.polling import IDLE_PAUSE, MAX_BACKOFF, POLL_TIMEOUT, Polling

Answer = Sequence[bytes] | Exception


class PolledMessenger(MockMessenger):
    """A messenger whose polls return prepared results, and then nothing."""

    polls = True

    def prepare(self, *answers: Answer, then: Callable[[], object] = lambda: None) -> None:
        """Set the results of the next polls, and an act that each further poll runs."""
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
def polled_messenger_fixture(chat: MockChat, clock: FixedClock) -> PolledMessenger:
    polled_messenger = PolledMessenger("oa", {}, memory_services(clock), chat)
    polled_messenger.prepare()
    return polled_messenger


@pytest.fixture
def polled_app(chat: MockChat, clock: FixedClock, polled_messenger_fixture: PolledMessenger) -> Iterator[App]:
    """An app with a messenger `oa` that is polled."""
    with memory_app(chat, clock=clock, messengers={"oa": polled_messenger_fixture}) as app:
        yield app


def write_messages(chat: MockChat, *texts: str) -> list[bytes]:
    """Let people write a message each, and return the bodies of the events."""
    for number, text in enumerate(texts):
        chat.says(chat.person(f"Thử Văn {number}"), text)
    return [request.body for request in chat.webhooks()]


def run_turns(app: App, messenger: PolledMessenger, turns: int) -> list[timedelta | None]:
    """Run a polling thread's loop `turns` times, and return its pauses."""
    (loop,) = Polling(app.intake, {"oa": messenger}).job.threads.values()
    pauses = [loop.turn() for _ in range(turns)]
    loop.finish()
    return pauses


def count_inbox_events(app: App) -> int:
    """Return the number of events in the inbox."""
    return sum(
        count for name, count in app.internals.context.storage.queues.depth().items() if name.startswith("inbox.")
    )


def test_job_polls_until_nothing_is_left(
    polled_app: App, polled_messenger_fixture: PolledMessenger, chat: MockChat
) -> None:
    """A run of the polling job polls without waiting until nothing is left, and stores a repeated event once."""
    first, second, third = write_messages(chat, "một", "hai", "ba")
    polled_messenger_fixture.prepare([first], [second, third], [first])
    assert polled_app.worker.jobs["poll"].run() == 4
    assert count_inbox_events(polled_app) == 3
    assert polled_messenger_fixture.waits == [timedelta()] * 4


def test_webhook_messenger_is_not_polled(
    app: App, polled_messenger_fixture: PolledMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A messenger that can't be polled, or isn't configured for it, isn't polled."""
    assert app.worker.jobs["poll"].run() == 0
    monkeypatch.setattr(PolledMessenger, "polls", False)
    assert Polling(app.intake, {"oa": polled_messenger_fixture}).run() == 0
    assert polled_messenger_fixture.waits == []


def test_failing_messenger_stops_no_other(
    polled_app: App, polled_messenger_fixture: PolledMessenger, chat: MockChat, caplog: pytest.LogCaptureFixture
) -> None:
    """A failing messenger is logged with its remedy, and the others are polled."""
    failing = PolledMessenger("deaf", {}, memory_services(), chat)
    failing.prepare(NeedsPerson("Zalo (bots): the bot has a webhook; delete it"))
    polled_messenger_fixture.prepare(write_messages(chat, "một"))
    assert Polling(polled_app.intake, {"deaf": failing, "oa": polled_messenger_fixture}).run() == 1
    assert "deaf can't be polled: Zalo (bots): the bot has a webhook; delete it" in caplog.text


def test_running_worker_polls_and_answers(
    polled_app: App, polled_messenger_fixture: PolledMessenger, chat: MockChat
) -> None:
    """A running worker polls a message and answers it once, and its periodic jobs don't poll the same messenger."""
    answered = threading.Event()
    polled_app.internals.runner.observers.append(
        CommitListener(lambda change: answered.set() if change.outbox_settled else None)
    )
    polled_messenger_fixture.prepare(write_messages(chat, THEFT), then=lambda: answered.wait(60))
    worker = threading.Thread(target=polled_app.worker.run)
    worker.start()
    try:
        assert answered.wait(60)
    finally:
        polled_app.worker.stop()
        worker.join(60)
    assert not worker.is_alive()
    assert count_inbox_events(polled_app) == 1
    assert len(chat.hears(chat.person("Thử Văn 0"))) == 1
    assert set(polled_messenger_fixture.waits) == {POLL_TIMEOUT}


def test_open_poll_does_not_delay_the_stop(polled_app: App, polled_messenger_fixture: PolledMessenger) -> None:
    """The worker ends while a platform still keeps a poll open."""
    was_polled = threading.Event()
    free = threading.Event()

    def wait_in_poll() -> None:
        was_polled.set()
        free.wait(60)

    polled_messenger_fixture.prepare(then=wait_in_poll)
    worker = threading.Thread(target=polled_app.worker.run)
    worker.start()
    try:
        assert was_polled.wait(60)
        polled_app.worker.stop()
        worker.join(30)
        assert not worker.is_alive()
        assert not free.is_set()
        # The periodic job doesn't poll a messenger while a thread that was left behind still polls it.
        assert polled_app.worker.jobs["poll"].run() == 0
    finally:
        free.set()


def test_polling_pauses_without_events(
    polled_app: App, polled_messenger_fixture: PolledMessenger, chat: MockChat
) -> None:
    """The next poll follows at once after an event, after a pause if there was none, and after growing pauses if there
    were errors.
    """
    event = write_messages(chat, "một")
    polled_messenger_fixture.prepare(event, (), *[RetryLater("no connection") for _ in range(8)], event)
    at_once, empty, *after, again = run_turns(polled_app, polled_messenger_fixture, 11)
    assert (at_once, empty, again) == (timedelta(), IDLE_PAUSE, timedelta())
    after_errors = [pause for pause in after if pause is not None]
    assert len(after_errors) == 8
    assert after_errors == sorted(after_errors)
    assert timedelta(seconds=1) <= after_errors[0]
    assert after_errors[-1] == MAX_BACKOFF


def test_retry_later_sets_the_pause(polled_app: App, polled_messenger_fixture: PolledMessenger) -> None:
    """A platform's `RetryLater` sets the pause before the next poll, however long."""
    polled_messenger_fixture.prepare(RetryLater("quota", timedelta(minutes=10)), ValueError("a bug of the adapter's"))
    first, second = run_turns(polled_app, polled_messenger_fixture, 2)
    assert first == timedelta(minutes=10)
    assert second is not None
    assert timedelta() < second < MAX_BACKOFF


def test_polled_events_wait_for_the_storage(
    polled_app: App, polled_messenger_fixture: PolledMessenger, chat: MockChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the storage fails, polled events are kept in memory, nothing more is polled, and no event is lost."""
    failing = [True, True]
    original = polled_app.internals.context.storage.commit

    def commit_or_fail(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        if failing:
            failing.pop()
            raise StorageError("the disk is full")
        return original(change_sets)

    polled_messenger_fixture.prepare(write_messages(chat, "một"))
    monkeypatch.setattr(polled_app.internals.context.storage, "commit", commit_or_fail)
    run_turns(polled_app, polled_messenger_fixture, 3)
    assert len(polled_messenger_fixture.waits) == 1
    assert count_inbox_events(polled_app) == 1


def test_lost_events_are_logged(
    polled_app: App,
    polled_messenger_fixture: PolledMessenger,
    chat: MockChat,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """If the worker stops while the storage fails, the log has the number of polled events that are lost."""

    def raise_storage_error(_change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        raise StorageError("the disk is full")

    polled_messenger_fixture.prepare(write_messages(chat, "một"))
    monkeypatch.setattr(polled_app.internals.context.storage, "commit", raise_storage_error)
    with caplog.at_level(logging.ERROR):
        run_turns(polled_app, polled_messenger_fixture, 1)
    assert "1 events of oa couldn't be stored and are lost" in caplog.text
    assert "một" not in caplog.text


class LeasingMessenger(PolledMessenger):
    """A messenger that holds a lease during each poll."""

    name = "leased"

    def __init__(self, instance: str, options: dict[str, str], services: AdapterServices) -> None:
        super().__init__(instance, options, services, MockChat(services.clock))
        self.state = services.state
        self.prepare()

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        with self.state.lease("poll", wait + timedelta(seconds=30)) as lease:
            return () if lease is None else super().poll(wait)


class LeasingPlugin:
    """A plugin with the messenger `leased`."""

    @hookimpl
    def anninh_messengers(self) -> Sequence[type]:
        return [LeasingMessenger]


def test_closed_app_releases_its_poll_lease(clock: FixedClock) -> None:
    """A thread that was left behind in a long poll holds no lease once its app is closed, so that another process can
    poll at once.
    """
    settings = Settings(messengers={"leased": MessengerSettings(type="leased")})
    was_polled = threading.Event()
    free = threading.Event()

    def wait_in_poll() -> None:
        was_polled.set()
        free.wait(60)

    with memory_app(clock=clock, settings=settings, plugins={"leased": LeasingPlugin()}) as app:
        messenger = app.internals.messengers["leased"]
        assert isinstance(messenger, LeasingMessenger)
        messenger.prepare(then=wait_in_poll)
        worker = threading.Thread(target=app.worker.run)
        worker.start()
        assert was_polled.wait(60)
        leases = app.internals.context.storage.leases
        assert leases.acquire("adapter:leased:poll", "next", clock.now(), timedelta(1)) is None
        app.worker.stop()
        worker.join(30)
    try:
        assert leases.acquire("adapter:leased:poll", "next", clock.now(), timedelta(1)) is not None
    finally:
        free.set()
