"""Operators get notices about failing checks of messengers, before the access to a platform ends."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest
from tests.messaging.conftest import outbox

from anninh_core.app import App
from anninh_core.kernel.errors import StorageBusy
from anninh_core.ports.health import Check, Level, ok, problem, warning
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, memory_app, pump
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.messages import Address, Place
from anninh_core.worker.jobs.health_monitor import CHECK_INTERVAL, HealthMonitor, read_health_record

DAY = timedelta(days=1)
WELL = ok("token", "good until the day after tomorrow")
ENDS = warning("token", "Consent ends on 2021-10-01.", "log in again")
ENDED = problem("token", "Consent ended on 2021-10-01.", "log in again")
DEAF = warning("webhook", "No event has arrived yet.", "look at the console")


class MessengerWithHealth(MockMessenger):
    """A messenger with a prepared result of its health check."""

    found: Sequence[Check] | Exception = (WELL,)
    asked = 0
    before: Callable[[], object] = staticmethod(lambda: None)

    def health(self) -> Sequence[Check]:
        self.asked += 1
        self.before()
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


@pytest.fixture
def checked_messenger(chat: MockChat, clock: FixedClock) -> MessengerWithHealth:
    return MessengerWithHealth("oa", {}, memory_services(clock), chat)


@pytest.fixture
def app(chat: MockChat, clock: FixedClock, checked_messenger: MessengerWithHealth) -> Iterator[App]:
    """An app with the messenger `oa`, and an operator with a chat."""
    with memory_app(chat, clock=clock, messengers={"oa": checked_messenger}) as running_app:
        phone = chat.person("Quản trị")
        chat.says(phone, "chào")
        pump(running_app, chat)
        conversation = running_app.internals.services.conversations.id_of(Address("oa", Place.PERSON, phone))
        UnsafeLocalUsers(running_app).appoint("Quản trị", "hoa-lu", "operator", conversation=conversation)
        chat.hears(phone)
        yield running_app


@pytest.fixture
def dialog(app: App, chat: MockChat) -> Dialog:
    return Dialog(chat, lambda: pump(app, chat))


def run_health_check(app: App) -> int:
    """Run the health check and send its notices; return their number."""
    count = app.worker.jobs["check_health"].run()
    app.worker.drain()
    return count


def test_good_checks_send_no_notice(app: App, checked_messenger: MessengerWithHealth) -> None:
    """If no check fails, no notice is sent, and the messenger is checked once a day."""
    assert [run_health_check(app) for _ in range(3)] == [0, 0, 0]
    assert checked_messenger.asked == 1


def test_failing_checks_are_notified(app: App, checked_messenger: MessengerWithHealth, dialog: Dialog) -> None:
    """The notice about failing checks has the messenger and the number of problems and refers to `anninh doctor`,
    without the checks' details.
    """
    checked_messenger.found = (ENDED, DEAF, WELL)
    assert run_health_check(app) == 1
    notice = dialog.hears("Quản trị", r"Kênh «oa» có 1 sự cố và 1 cảnh báo.*anninh doctor")
    assert "consent" not in notice.string
    assert {row.lane for row in outbox(app, "notice.health")} == {"broadcast"}


def test_persistent_problem_is_repeated_weekly(
    app: App, checked_messenger: MessengerWithHealth, clock: FixedClock
) -> None:
    """A problem that lasts leads to a notice every seven days."""
    checked_messenger.found = (ENDS,)
    notice_counts = []
    for _ in range(15):
        notice_counts.append(run_health_check(app))
        clock.advance(DAY)
    assert [day for day, count in enumerate(notice_counts) if count] == [0, 7, 14]
    assert checked_messenger.asked == 15


def test_worse_health_is_notified_at_once(app: App, checked_messenger: MessengerWithHealth, clock: FixedClock) -> None:
    """A further failing check, or a change of a check's level, leads to a notice at the next run."""
    notice_counts = []
    for checks in ((ENDS,), (ENDS, DEAF), (ENDED, DEAF), (ENDED, DEAF), (ENDED,)):
        checked_messenger.found = checks
        notice_counts.append(run_health_check(app))
        clock.advance(DAY)
    assert notice_counts == [1, 1, 1, 0, 0]


def test_recovery_is_notified_once(
    app: App, checked_messenger: MessengerWithHealth, clock: FixedClock, dialog: Dialog
) -> None:
    """A recovery leads to one notice, and a problem that returns counts as new."""
    notice_counts = []
    for checks in ((ENDS,), (WELL,), (WELL,), (ENDS,)):
        checked_messenger.found = checks
        notice_counts.append(run_health_check(app))
        clock.advance(DAY)
    assert notice_counts == [1, 1, 0, 1]
    dialog.hears("Quản trị", "1 cảnh báo")
    dialog.hears("Quản trị", "không còn sự cố")


def test_failing_check_is_a_problem(
    app: App, checked_messenger: MessengerWithHealth, caplog: pytest.LogCaptureFixture
) -> None:
    """An error of a health check is a problem, and the error's text isn't logged."""
    checked_messenger.found = ZeroDivisionError("Tên Giả, 0900000000")
    assert run_health_check(app) == 1
    assert read_health_record(app.internals.context.storage.states, "oa").checks == (("health", "problem"),)
    assert "Tên Giả" not in caplog.text


def test_storage_failure_delays_by_a_day(
    app: App, checked_messenger: MessengerWithHealth, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    """If the storage fails, the notice about failing checks is sent on the next day."""
    checked_messenger.found = (ENDS,)

    def raise_storage_busy(_changes: object) -> None:
        raise StorageBusy("locked")

    with monkeypatch.context() as patched:
        patched.setattr(app.internals.context.storage, "commit", raise_storage_busy)
        assert HealthMonitor(app.internals.runner, app.internals.messengers).run() == 0
    clock.advance(DAY)
    assert run_health_check(app) == 1


def test_only_one_worker_checks_health(app: App, checked_messenger: MessengerWithHealth) -> None:
    """With several workers, one checks the messengers."""
    checked_messenger.found = (ENDS,)
    monitors = [HealthMonitor(app.internals.runner, app.internals.messengers) for _ in range(3)]
    assert [monitor.run() for monitor in monitors] == [1, 0, 0]
    assert checked_messenger.asked == 1


def test_hanging_check_delays_nothing(
    app: App, checked_messenger: MessengerWithHealth, caplog: pytest.LogCaptureFixture
) -> None:
    """A health check that hangs delays no other, and its result is used when it arrives."""
    released = threading.Event()
    checked_messenger.found = (ENDS,)
    checked_messenger.before = lambda: released.wait(60)
    try:
        assert HealthMonitor(app.internals.runner, app.internals.messengers, patience=timedelta()).run() == 0
        assert "not every messenger has said" in caplog.text
        (late,) = [thread for thread in threading.enumerate() if thread.name == "anninh check_health oa"]
    finally:
        released.set()
    late.join(60)
    assert len(outbox(app, "notice.health")) == 1


def test_worker_checks_health_in_own_thread(app: App, checked_messenger: MessengerWithHealth) -> None:
    """A running worker checks health in a separate thread, once a minute if due, and another run of the job meanwhile
    does nothing.
    """
    checked_messenger.found = (ENDS,)
    began = threading.Event()
    released = threading.Event()

    def wait_for_release() -> None:
        began.set()
        released.wait(60)

    checked_messenger.before = wait_for_release
    (loop,) = app.worker.jobs["check_health"].threads.values()
    pauses: list[object] = []
    thread = threading.Thread(target=lambda: pauses.extend(loop.turn() for _ in range(3)))
    thread.start()
    try:
        assert began.wait(60)
        assert app.worker.jobs["check_health"].run() == 0
    finally:
        released.set()
        thread.join(60)
    assert pauses == [CHECK_INTERVAL] * 3
    assert (checked_messenger.asked, len(outbox(app, "notice.health"))) == (1, 1)


def test_health_record_has_no_sentences(app: App, checked_messenger: MessengerWithHealth) -> None:
    """The stored result of a health check has names and levels of checks, and no sentences."""
    checked_messenger.found = (ENDS, DEAF, WELL)
    run_health_check(app)
    record = read_health_record(app.internals.context.storage.states, "oa")
    assert (record.count(Level.WARNING), record.count(Level.OK), record.count(Level.PROBLEM)) == (2, 1, 0)
    assert "consent" not in record.encoded
