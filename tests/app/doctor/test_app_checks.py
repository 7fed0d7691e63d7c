"""The doctor examines an open app, with a fault planted in each test."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from attrs import evolve
from tests.app.doctor.conftest import HealthyMachine, Visit, get_finding, select_faults

from anninh_core.app import App
from anninh_core.kernel.errors import StorageBusy
from anninh_core.ports import LANES, ChangeSet, Check, IndexSpec, NewOutbox, OutboxSettled, Storage
from anninh_core.ports.health import Level, ok, problem, warning
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.ports.storages.upgrading import Upgrade, UpgradeStep
from anninh_core.testing import FixedClock, MockChat
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.memory import MemoryStorage
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.vocabulary.capability import Capabilities
from anninh_core.vocabulary.delivery import Lane

DAY = timedelta(days=1)


def receive_message(app: App, chat: MockChat, words: str = "Có trộm vào nhà văn hoá") -> None:
    chat.says(chat.person("Bà Mẫu"), words)
    for request in chat.webhooks():
        app.intake.accept("oa", request)


def enqueue_message(app: App, lane: Lane) -> None:
    row = NewOutbox(
        id=app.internals.context.ids.new(),
        messenger="oa",
        conversation="oa.x",
        lane=lane,
        due_at=app.internals.context.clock.now(),
        cause="",
        purpose="test",
        scope="",
        body=b"",
    )
    app.internals.context.storage.commit([ChangeSet(outbox=(row,))])


def test_working_app_has_no_faults(app: App, examine_parts: Visit, chat: MockChat) -> None:
    """A working app has no finding with a recommendation, even in a deep examination."""
    UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", *app.district.roles)
    receive_message(app, chat)
    app.worker.drain()

    assert select_faults(examine_parts(deep=True)) == {}


def test_empty_app_has_no_faults(examine_parts: Visit) -> None:
    """An empty app has no faults."""
    checks = examine_parts(deep=True)

    assert select_faults(checks) == {}
    assert get_finding(checks, "keys").what == "No sealed record is stored yet."


def test_clock_behind_the_journal_is_a_problem(app: App, examine_parts: Visit, anninh_clock: FixedClock) -> None:
    """A clock behind the newest journal entry is a problem."""
    UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", *app.district.roles)
    anninh_clock.advance(-timedelta(hours=1, minutes=30))
    checks = examine_parts()

    assert select_faults(checks) == {"clock": Level.PROBLEM}
    assert "90 minutes behind" in get_finding(checks, "clock").what


def test_clock_before_the_profile_is_a_warning(examine_parts: Visit, anninh_clock: FixedClock) -> None:
    """A clock before the profile's first valid day is a warning."""
    anninh_clock.advance(-timedelta(days=20_000))

    assert select_faults(examine_parts()) == {"clock": Level.WARNING}


def test_jumping_clock_is_a_warning(examine_parts: Visit) -> None:
    """A monotonic clock that runs while the wall clock doesn't is a warning."""

    class JumpingMachine(HealthyMachine):
        seconds = 0.0

        def monotonic(self) -> float:
            self.seconds += 10
            return self.seconds

    assert select_faults(examine_parts(machine=JumpingMachine())) == {"clock": Level.WARNING}


@pytest.mark.parametrize("deep", [False, True])
def test_broken_journal_is_a_problem(app: App, examine_parts: Visit, storage: MemoryStorage, deep: bool) -> None:
    """An altered line among the last thousand of the journal is found, with and without `deep`."""
    for _ in range(3):
        UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", *app.district.roles)
    storage.tables.journal[1] = evolve(
        storage.tables.journal[1], content=storage.tables.journal[1].content.replace(b"hoa-lu", b"ninh-x")
    )
    checks = examine_parts(deep=deep)

    assert select_faults(checks)["journal"] is Level.PROBLEM
    assert "broken at line 2" in get_finding(checks, "journal").what
    assert ("storage" in select_faults(checks)) is deep


def test_old_journal_break_needs_deep_check(app: App, examine_parts: Visit, storage: MemoryStorage) -> None:
    """An altered line before the last thousand is found only with `--deep`."""
    users = UnsafeLocalUsers(app)
    for number in range(1010):
        users.appoint(f"Cán bộ {number}", "hoa-lu")
    first = storage.tables.journal[0]
    storage.tables.journal[0] = evolve(first, content=first.content.replace(b"hoa-lu", b"ninh-x"))

    assert select_faults(examine_parts()) == {}
    assert select_faults(examine_parts(deep=True))["journal"] is Level.PROBLEM


def test_undecryptable_body_is_a_problem(app: App, examine_parts: Visit, storage: MemoryStorage) -> None:
    """A sample of stored bodies reveals wrong keys or altered bodies."""
    UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", *app.district.roles)
    officers = storage.tables.records["officer"]
    for id, record in list(officers.items()):
        officers[id] = evolve(record, body=record.body[:-1] + bytes([record.body[-1] ^ 1]))
    checks = examine_parts()

    assert select_faults(checks) == {"keys": Level.PROBLEM}
    assert "can't be decrypted, because it was altered or moved" in get_finding(checks, "keys").what


@pytest.mark.parametrize(
    ("passed", "levels"),
    [(timedelta(minutes=5), {}), (timedelta(minutes=30), {"queues": Level.WARNING}), (DAY, {"queues": Level.PROBLEM})],
)
def test_unprocessed_events_are_reported(
    app: App,
    examine_parts: Visit,
    chat: MockChat,
    anninh_clock: FixedClock,
    *,
    passed: timedelta,
    levels: dict[str, Level],
) -> None:
    """Unprocessed events are a warning after half an hour, and a problem after a day."""
    receive_message(app, chat)
    anninh_clock.advance(passed)

    assert select_faults(examine_parts()) == levels


@pytest.mark.parametrize("lane", LANES)
def test_waiting_messages_are_reported_by_lane(
    app: App, examine_parts: Visit, anninh_clock: FixedClock, lane: Lane
) -> None:
    """Waiting messages are reported by lane: an emergency after minutes, others later."""
    enqueue_message(app, lane)
    anninh_clock.advance(timedelta(minutes=5))
    soon = select_faults(examine_parts())
    anninh_clock.advance(2 * DAY)
    late = examine_parts()

    assert soon == ({"queues": Level.WARNING} if lane == "emergency" else {})
    assert select_faults(late) == {"queues": Level.PROBLEM}
    assert get_finding(late, "queues").what == f"The oldest message in lane {lane} has waited for 2 days."


@pytest.mark.parametrize(
    ("days", "levels"), [(0, {}), (2, {"failures": Level.WARNING}), (9, {"failures": Level.PROBLEM})]
)
def test_old_failures_are_reported(
    app: App, examine_parts: Visit, anninh_clock: FixedClock, *, days: int, levels: dict[str, Level]
) -> None:
    """Failures that wait for an officer are a warning after two days, and a problem after nine."""
    enqueue_message(app, Lane.REPLY)
    (row,) = app.internals.context.storage.queues.claim_outbox(anninh_clock.now(), DAY, 1)
    settled = OutboxSettled(id=row.id, token=row.token, state=OutboxState.FAILED, at=anninh_clock.now())
    app.internals.context.storage.commit([ChangeSet(outbox_settled=settled)])
    anninh_clock.advance(days * DAY)
    checks = examine_parts()

    assert select_faults(checks) == levels
    assert "1 messages or events wait for a person" in get_finding(checks, "failures").what


@pytest.fixture
def messenger(app: App) -> MockMessenger:
    """The app's messenger, a mock."""
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    return messenger


Tell = Callable[[], Sequence[Check]]


def set_messenger_health(monkeypatch: pytest.MonkeyPatch, health: Tell) -> None:
    monkeypatch.setattr(MockMessenger, "health", lambda _: health(), raising=False)


@pytest.mark.parametrize(("days", "level"), [(1, Level.OK), (3, Level.WARNING), (16, Level.PROBLEM)])
def test_overdue_erasure_is_reported(
    *, app: App, examine_parts: Visit, chat: MockChat, anninh_clock: FixedClock, days: int, level: Level
) -> None:
    """A pending erasure is a warning after three days and a problem after 16: the law allows only days."""
    receive_message(app, chat, "chào")
    app.worker.drain()
    chat.withdraws(chat.person("Bà Mẫu"))
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.drain()
    anninh_clock.advance(days * DAY)

    assert get_finding(examine_parts(), "people").level is level


def test_messenger_health_is_reported(examine_parts: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A messenger's own health checks are reported under its name."""
    set_messenger_health(
        monkeypatch, lambda: [ok("token", "Fine."), warning("token", "It runs out in 3 days.", "Log in again.")]
    )
    checks = examine_parts()

    assert select_faults(checks) == {"oa token": Level.WARNING}
    assert get_finding(checks, "oa token").todo == "Log in again."


def test_failing_health_check_is_a_problem(examine_parts: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A health check that raises is a problem, and hides no other finding."""

    def fail_check() -> Sequence[Check]:
        raise RuntimeError("words that nobody should see")

    set_messenger_health(monkeypatch, fail_check)
    checks = examine_parts()

    assert select_faults(checks) == {"messengers": Level.PROBLEM}
    assert get_finding(checks, "messengers").what == "This couldn't be checked: RuntimeError."
    assert checks[-1].name == "clock"


def test_messenger_without_recipients_is_a_problem(examine_parts: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A messenger that can send neither to a person nor to a group is a problem."""
    monkeypatch.setattr(MockMessenger, "capabilities", property(lambda _: Capabilities("mute", {})))

    assert select_faults(examine_parts()) == {"messengers": Level.PROBLEM}


class OlderStorage(MemoryStorage):
    """A storage with a pending migration of its tables."""

    prepared = False
    found = "1"

    def pending(self, specs: Sequence[IndexSpec]) -> Upgrade:
        return Upgrade(where="x", found=self.found, newest="2", size=1, steps=(UpgradeStep(name="2", what="More."),))

    def prepare(self, specs: Sequence[IndexSpec]) -> None:
        self.prepared = True
        super().prepare(specs)


class FaultyStorage(MemoryStorage):
    """A storage with a health problem."""

    def health(self) -> Sequence[Check]:
        return [ok("rights", "Nobody else may read it."), problem("pages", "It is half empty.", "Vacuum it.")]


class UnopenableStorage(MemoryStorage):
    """A storage that can't be opened."""

    def prepare(self, specs: Sequence[IndexSpec]) -> None:
        raise StorageBusy("The file stays locked by another program: end it, or try again later.")


class TestOlder:
    """The doctor's findings about a storage of an older revision."""

    @pytest.fixture
    def storage(self) -> Storage:
        return OlderStorage()

    def test_examination_does_not_migrate(self, examine_parts: Visit, storage: OlderStorage) -> None:
        """The examination reports the revision, and doesn't migrate."""
        checks = examine_parts()

        assert select_faults(checks) == {"migrations": Level.WARNING, "app": Level.WARNING}
        assert (
            "has revision 1, but the newest is 2: opening it would carry out the steps 2."
            in get_finding(checks, "migrations").what
        )
        assert not storage.prepared

    def test_examination_creates_no_tables(self, examine_parts: Visit, storage: OlderStorage) -> None:
        """The examination reports a database without tables, and creates none."""
        storage.found = ""

        assert select_faults(examine_parts()) == {"storage": Level.PROBLEM, "app": Level.WARNING}
        assert not storage.prepared


class TestFull:
    """The doctor's findings about a storage with a health problem."""

    @pytest.fixture
    def storage(self) -> Storage:
        return FaultyStorage()

    def test_storage_health_is_reported(self, examine_parts: Visit) -> None:
        """A storage's own health checks are reported under the names it gives."""
        assert select_faults(examine_parts()) == {"pages": Level.PROBLEM}


class TestBroken:
    """The doctor's findings about a storage that can't be opened."""

    @pytest.fixture
    def storage(self) -> Storage:
        return UnopenableStorage()

    def test_opening_error_is_reported(self, examine_parts: Visit) -> None:
        """The error's message is the finding; the recommendation is to correct the cause and check again."""
        checks = examine_parts()

        assert select_faults(checks) == {"app": Level.PROBLEM}
        assert (
            get_finding(checks, "app").what == "The file stays locked by another program: end it, or try again later."
        )
        assert get_finding(checks, "app").todo == "Correct the cause, then run the check again."


def test_missing_cleaning_extra_is_reported(examine_parts: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing extra for cleaning files is reported with its install line; without a fault, whether a scanner is in
    use.
    """
    assert "Scanner in use (`files.scanner`): no." in get_finding(examine_parts(), "files").what
    monkeypatch.setattr("anninh_core.cleaning.inspector.find_missing_extras", lambda: ("heic",))
    checks = examine_parts()
    assert select_faults(checks) == {"files": Level.WARNING}
    assert "pip install 'anninh[heic]'" in get_finding(checks, "files").what
