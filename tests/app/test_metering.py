"""A metered storage."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from attrs import define, evolve, field

from anninh_core.app import App
from anninh_core.app.metering import MeteredStorage, unmetered
from anninh_core.kernel.errors import StorageError
from anninh_core.ports import ChangeSet, OutboxSettled
from anninh_core.ports.queues import OutboxState
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, MockChat, MockMessenger, memory_app, pump
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.memory import MemoryStorage

FIRE = "Cháy nhà ở xóm 3, đến ngay"


@define
class Notes:
    """A meter that writes down what it hears."""

    commits: list[tuple[float, int]] = field(factory=list)
    heard: list[tuple[str, ...]] = field(factory=list)

    def committed(self, seconds: float, change_sets: int) -> None:
        self.commits.append((seconds, change_sets))

    def received(self, messenger: str, *, again: bool) -> None:
        self.heard.append(("received", messenger, "again" if again else "new"))

    def processed(self, messenger: str, state: str) -> None:
        self.heard.append(("processed", messenger, state))

    def settled(self, messenger: str, lane: str, state: str) -> None:
        self.heard.append(("settled", messenger, lane, state))


@pytest.fixture
def notes() -> Notes:
    """What the meter of `app` has heard."""
    return Notes()


@pytest.fixture
def chat(anninh_clock: FixedClock) -> MockChat:
    """The chat service behind `oa`."""
    return MockChat(anninh_clock)


@pytest.fixture
def app(chat: MockChat, anninh_clock: FixedClock, notes: Notes) -> Iterator[App]:
    """An app whose storage is metered; every commit takes a quarter of a second by the clock it has."""
    ticks = iter(n / 4 for n in range(1_000_000))
    with memory_app(chat, clock=anninh_clock) as app:
        app.desk.storage = MeteredStorage(app.desk.storage, notes, lambda: next(ticks))
        yield app


def test_what_passes_through_is_told(app: App, chat: MockChat, notes: Notes) -> None:
    """An event, its processing and the end of its answer, each with whose it was."""
    chat.says(chat.person("Người Mẫu"), FIRE)
    pump(app, chat)

    assert notes.heard == [
        ("received", "oa", "new"),
        ("processed", "oa", "done"),
        ("settled", "oa", "emergency", "delivered"),
        ("settled", "oa", "reply", "delivered"),
    ]
    assert {seconds for seconds, _ in notes.commits} == {0.25}
    assert all(size > 0 for _, size in notes.commits)


def test_an_event_again(app: App, chat: MockChat, notes: Notes) -> None:
    """The same event delivered again is told apart."""
    chat.fail_next("duplicate")
    chat.says(chat.person("Người Mẫu"), FIRE)
    pump(app, chat)

    assert notes.heard.count(("received", "oa", "new")) == 1
    assert notes.heard.count(("received", "oa", "again")) == 1


def test_a_decision_about_a_row_that_nobody_claimed(app: App, chat: MockChat, notes: Notes) -> None:
    """Whose it is, is looked up."""
    chat.fail_next("recipient_gone")
    chat.says(chat.person("Người Mẫu"), FIRE)
    pump(app, chat)
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", *app.district.roles)
    (row,) = app.desk.storage.queues.outbox((OutboxState.FAILED,))
    app.failures.give_up(officer, row.id, "không cần nữa")

    assert [one[3] for one in notes.heard if one[:3] == ("settled", "oa", "emergency")] == ["failed", "cancelled"]


def test_what_leaves_by_a_template_ends_once(anninh_clock: FixedClock, notes: Notes) -> None:
    """That its outcome stands as unknown while it is on its way is no end."""
    chat = MockChat(anninh_clock)
    district = evolve(load_profile("hoa_lu_2021"), ladders={"tip": ("window", "template")})
    messengers = {"oa": MockMessenger.on(chat, rungs="template")}
    with memory_app(chat, clock=anninh_clock, district=district, messengers=messengers) as app:
        app.desk.storage = MeteredStorage(app.desk.storage, notes)
        chat.fail_next("window_closed")
        chat.says(chat.person("Người Mẫu"), FIRE)
        pump(app, chat)

    assert [one[2:] for one in notes.heard if one[0] == "settled"] == [
        ("emergency", "delivered"),
        ("reply", "delivered"),
    ]


def test_what_isn_t_kept_isn_t_told(app: App, notes: Notes, anninh_clock: FixedClock) -> None:
    """A settlement under a lease that was lost, and a commit that failed, count for nothing."""
    lost = OutboxSettled(id="nobody", token=1, state=OutboxState.DELIVERED, at=anninh_clock.now())
    app.desk.storage.commit([ChangeSet(outbox_settled=lost)])
    app.desk.storage.close()
    with pytest.raises(StorageError):
        app.desk.storage.commit([ChangeSet()])

    assert notes.heard == []
    assert len(notes.commits) == 1


def test_claims_don_t_pile_up(app: App, chat: MockChat, notes: Notes, anninh_clock: FixedClock) -> None:
    """A row that is claimed over and over is remembered once; settled, it is forgotten."""
    storage = app.desk.storage
    assert isinstance(storage, MeteredStorage)
    chat.says(chat.person("Người Mẫu"), FIRE)
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    for _ in range(3):
        assert len(storage.queues.claim_inbox(anninh_clock.now(), timedelta(minutes=1), 10)) == 1
        anninh_clock.advance(timedelta(minutes=2))
    assert len(storage._claims._owners) == 1
    app.worker.drain()

    assert len(storage._claims._owners) == 0
    assert ("processed", "oa", "done") in notes.heard


def test_the_storage_itself(notes: Notes) -> None:
    """However often it is metered, it can be asked for what the port doesn't promise."""
    storage = MemoryStorage()

    assert unmetered(MeteredStorage(MeteredStorage(storage, notes), notes)) is storage
    assert unmetered(storage) is storage
