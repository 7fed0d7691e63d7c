"""Officers are told how the messengers are doing, before the right to a platform ends."""

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
from anninh_core.worker.jobs.health_monitor import CHECK_INTERVAL, HealthMonitor, last_health_record

DAY = timedelta(days=1)
WELL = ok("token", "good until the day after tomorrow")
ENDS = warning("token", "Consent ends on 2021-10-01.", "log in again")
ENDED = problem("token", "Consent ended on 2021-10-01.", "log in again")
DEAF = warning("webhook", "No event has arrived yet.", "look at the console")


class Ailing(MockMessenger):
    """A messenger that says of itself what it was told to."""

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
def messenger(chat: MockChat, clock: FixedClock) -> Ailing:
    return Ailing("oa", {}, memory_services(clock), chat)


@pytest.fixture
def app(chat: MockChat, clock: FixedClock, messenger: Ailing) -> Iterator[App]:
    """An app whose `oa` tells of itself, and one who operates it and has a chat."""
    with memory_app(chat, clock=clock, messengers={"oa": messenger}) as opened:
        phone = chat.person("Quản trị")
        chat.says(phone, "chào")
        pump(opened, chat)
        where = opened.internals.services.conversations.id_of(Address("oa", Place.PERSON, phone))
        UnsafeLocalUsers(opened).appoint("Quản trị", "hoa-lu", "operator", conversation=where)
        chat.hears(phone)
        yield opened


@pytest.fixture
def dialog(app: App, chat: MockChat) -> Dialog:
    return Dialog(chat, lambda: pump(app, chat))


def watched(app: App) -> int:
    """Make the clock's round and send what came of it; returns how many notices came of the looks."""
    count = app.worker.jobs["check_health"].run()
    app.worker.drain()
    return count


def test_all_is_well(app: App, messenger: Ailing) -> None:
    """Nobody is told, and nobody asks more than once a day."""
    assert [watched(app) for _ in range(3)] == [0, 0, 0]
    assert messenger.asked == 1


def test_officers_are_told(app: App, messenger: Ailing, dialog: Dialog) -> None:
    """Which messenger and how much is wrong, and where to look; what it is stands in the doctor's words only."""
    messenger.found = (ENDED, DEAF, WELL)
    assert watched(app) == 1
    notice = dialog.hears("Quản trị", r"Kênh «oa» có 1 sự cố và 1 cảnh báo.*anninh doctor")
    assert "consent" not in notice.string
    assert {row.lane for row in outbox(app, "notice.health")} == {"broadcast"}


def test_once_and_after_a_week_again(app: App, messenger: Ailing, clock: FixedClock) -> None:
    """What still holds is told anew after seven days."""
    messenger.found = (ENDS,)
    told = []
    for _ in range(15):
        told.append(watched(app))
        clock.advance(DAY)
    assert [day for day, count in enumerate(told) if count] == [0, 7, 14]
    assert messenger.asked == 15


def test_what_gets_worse(app: App, messenger: Ailing, clock: FixedClock) -> None:
    """Is told at once: another check, and the same one at another level."""
    told = []
    for found in ((ENDS,), (ENDS, DEAF), (ENDED, DEAF), (ENDED, DEAF), (ENDED,)):
        messenger.found = found
        told.append(watched(app))
        clock.advance(DAY)
    assert told == [1, 1, 1, 0, 0]


def test_all_is_well_again(app: App, messenger: Ailing, clock: FixedClock, dialog: Dialog) -> None:
    """Is told once; and what comes back is new."""
    told = []
    for found in ((ENDS,), (WELL,), (WELL,), (ENDS,)):
        messenger.found = found
        told.append(watched(app))
        clock.advance(DAY)
    assert told == [1, 1, 0, 1]
    dialog.hears("Quản trị", "1 cảnh báo")
    dialog.hears("Quản trị", "không còn sự cố")


def test_one_that_raises(app: App, messenger: Ailing, caplog: pytest.LogCaptureFixture) -> None:
    """Is a problem of its own; what it said isn't repeated."""
    messenger.found = ZeroDivisionError("Tên Giả, 0900000000")
    assert watched(app) == 1
    assert last_health_record(app.internals.context.storage.states, "oa").checks == (("health", "problem"),)
    assert "Tên Giả" not in caplog.text


def test_a_storage_in_trouble(app: App, messenger: Ailing, monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> None:
    """Loses nothing but the day."""
    messenger.found = (ENDS,)

    def busy(_changes: object) -> None:
        raise StorageBusy("locked")

    with monkeypatch.context() as patched:
        patched.setattr(app.internals.context.storage, "commit", busy)
        assert HealthMonitor(app.internals.runner, app.internals.messengers).run() == 0
    clock.advance(DAY)
    assert watched(app) == 1


def test_only_one_worker_checks_health(app: App, messenger: Ailing) -> None:
    """Of all workers one asks."""
    messenger.found = (ENDS,)
    monitors = [HealthMonitor(app.internals.runner, app.internals.messengers) for _ in range(3)]
    assert [monitor.run() for monitor in monitors] == [1, 0, 0]
    assert messenger.asked == 1


def test_one_that_hangs(app: App, messenger: Ailing, caplog: pytest.LogCaptureFixture) -> None:
    """Holds nobody up; its answer is passed on when it comes."""
    goes_on = threading.Event()
    messenger.found = (ENDS,)
    messenger.before = lambda: goes_on.wait(60)
    try:
        assert HealthMonitor(app.internals.runner, app.internals.messengers, patience=timedelta()).run() == 0
        assert "not every messenger has said" in caplog.text
        (late,) = [thread for thread in threading.enumerate() if thread.name == "anninh check_health oa"]
    finally:
        goes_on.set()
    late.join(60)
    assert len(outbox(app, "notice.health")) == 1


def test_a_worker_asks_beside_its_work(app: App, messenger: Ailing) -> None:
    """In a thread of its own, once a minute whether it is time; whoever runs the job meanwhile leaves it to that."""
    messenger.found = (ENDS,)
    awake = threading.Event()
    goes_on = threading.Event()

    def answers_late() -> None:
        awake.set()
        goes_on.wait(60)

    messenger.before = answers_late
    (loop,) = app.worker.jobs["check_health"].threads.values()
    rests: list[object] = []
    thread = threading.Thread(target=lambda: rests.extend(loop.turn() for _ in range(3)))
    thread.start()
    try:
        assert awake.wait(60)
        assert app.worker.jobs["check_health"].run() == 0
    finally:
        goes_on.set()
        thread.join(60)
    assert rests == [CHECK_INTERVAL] * 3
    assert (messenger.asked, len(outbox(app, "notice.health"))) == (1, 1)


def test_what_is_remembered(app: App, messenger: Ailing) -> None:
    """Names and levels; no sentences."""
    messenger.found = (ENDS, DEAF, WELL)
    watched(app)
    seen = last_health_record(app.internals.context.storage.states, "oa")
    assert (seen.count(Level.WARNING), seen.count(Level.OK), seen.count(Level.PROBLEM)) == (2, 1, 0)
    assert "consent" not in seen.encoded
