"""An app's meter counts commits, events and messages."""

from collections.abc import Iterator

import pytest
from attrs import define, evolve, field

from anninh_core.app import App
from anninh_core.app.commit_meter import CommitMeter
from anninh_core.kernel.errors import StorageError
from anninh_core.ports import ChangeSet, OutboxSettled
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, MockChat, MockMessenger, memory_app, pump
from anninh_core.testing.local_users import UnsafeLocalUsers

FIRE = "Cháy nhà ở xóm 3, đến ngay"


@define
class RecordingMeter:
    """A meter that records its calls."""

    commits: list[tuple[float, int]] = field(factory=list)
    heard: list[tuple[str, ...]] = field(factory=list)

    def count_commit(self, seconds: float, change_sets: int) -> None:
        self.commits.append((seconds, change_sets))

    def count_received(self, messenger: str, *, again: bool) -> None:
        self.heard.append(("received", messenger, "again" if again else "new"))

    def count_processed(self, messenger: str, state: str) -> None:
        self.heard.append(("processed", messenger, state))

    def count_settled(self, messenger: str, lane: str, state: str) -> None:
        self.heard.append(("settled", messenger, lane, state))


@pytest.fixture
def recording_meter() -> RecordingMeter:
    """The meter of the app, with its recorded calls."""
    return RecordingMeter()


@pytest.fixture
def chat(anninh_clock: FixedClock) -> MockChat:
    """The chat service of messenger `oa`."""
    return MockChat(anninh_clock)


@pytest.fixture
def app(chat: MockChat, anninh_clock: FixedClock, recording_meter: RecordingMeter) -> Iterator[App]:
    """An app with counted commits; each takes a quarter of a second by its timer."""
    ticks = iter(n / 4 for n in range(1_000_000))
    with memory_app(chat, clock=anninh_clock) as app:
        app.internals.runner.timer = lambda: next(ticks)
        app.internals.runner.observers.append(CommitMeter(recording_meter))
        yield app


def test_events_and_messages_are_counted(app: App, chat: MockChat, recording_meter: RecordingMeter) -> None:
    """An event's reception and processing and the delivery of its replies are counted, with messenger and lane."""
    chat.says(chat.person("Người Mẫu"), FIRE)
    pump(app, chat)

    assert recording_meter.heard == [
        ("received", "oa", "new"),
        ("processed", "oa", "done"),
        ("settled", "oa", "emergency", "delivered"),
        ("settled", "oa", "reply", "delivered"),
    ]
    assert {seconds for seconds, _ in recording_meter.commits} == {0.25}
    assert all(size > 0 for _, size in recording_meter.commits)


def test_repeated_event_is_counted_separately(app: App, chat: MockChat, recording_meter: RecordingMeter) -> None:
    """A repeated event is counted separately from a new one."""
    chat.fail_next("duplicate")
    chat.says(chat.person("Người Mẫu"), FIRE)
    pump(app, chat)

    assert recording_meter.heard.count(("received", "oa", "new")) == 1
    assert recording_meter.heard.count(("received", "oa", "again")) == 1


def test_cancelled_row_is_counted_by_lane(app: App, chat: MockChat, recording_meter: RecordingMeter) -> None:
    """A row cancelled by an officer counts for its messenger and lane."""
    chat.fail_next("recipient_gone")
    chat.says(chat.person("Người Mẫu"), FIRE)
    pump(app, chat)
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", *app.district.roles)
    (row,) = app.internals.context.storage.queues.outbox((OutboxState.FAILED,))
    app.failures.give_up(officer, row.id, "không cần nữa")

    assert [call[3] for call in recording_meter.heard if call[:3] == ("settled", "oa", "emergency")] == [
        "failed",
        "cancelled",
    ]


def test_template_delivery_is_counted_once(anninh_clock: FixedClock, recording_meter: RecordingMeter) -> None:
    """A template message counts once, with its final state: the unknown outcome during delivery isn't counted."""
    chat = MockChat(anninh_clock)
    district = evolve(load_profile("hoa_lu_2021"), ladders={"tip": ("window", "template")})
    messengers = {"oa": MockMessenger.on(chat, rungs="template")}
    with memory_app(chat, clock=anninh_clock, district=district, messengers=messengers) as app:
        app.internals.runner.observers.append(CommitMeter(recording_meter))
        chat.fail_next("window_closed")
        chat.says(chat.person("Người Mẫu"), FIRE)
        pump(app, chat)

    assert [call[2:] for call in recording_meter.heard if call[0] == "settled"] == [
        ("emergency", "delivered"),
        ("reply", "delivered"),
    ]


def test_uncommitted_settlement_is_not_counted(
    app: App, recording_meter: RecordingMeter, anninh_clock: FixedClock
) -> None:
    """A settlement under a lost lease, or in a failed commit, isn't counted."""
    lost = OutboxSettled(id="nobody", token=1, state=OutboxState.DELIVERED, at=anninh_clock.now())
    app.internals.runner.apply([ChangeSet(outbox_settled=lost)])
    app.internals.context.storage.close()
    with pytest.raises(StorageError):
        app.internals.runner.apply([ChangeSet()])

    assert recording_meter.heard == []
    assert len(recording_meter.commits) == 1
