"""An open app, with a fault planted in each test."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from attrs import evolve
from tests.app.doctor.conftest import SoundMachine, Visit, named, wrong

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


def hear(app: App, chat: MockChat, words: str = "Có trộm vào nhà văn hoá") -> None:
    chat.says(chat.person("Bà Mẫu"), words)
    for request in chat.webhooks():
        app.intake.accept("oa", request)


def owe(app: App, lane: Lane) -> None:
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


def test_all_is_well(app: App, visit: Visit, chat: MockChat) -> None:
    """An app that works has no finding that asks for anything, however closely one looks."""
    UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", *app.district.roles)
    hear(app, chat)
    app.worker.drain()

    assert wrong(visit(deep=True)) == {}


def test_an_empty_app(visit: Visit) -> None:
    """Nothing stored yet is well too."""
    found = visit(deep=True)

    assert wrong(found) == {}
    assert named(found, "keys").what == "No sealed record is stored yet."


def test_a_journal_ahead_of_the_clock(app: App, visit: Visit, anninh_clock: FixedClock) -> None:
    """A clock that was set back an hour is told by the newest entry."""
    UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", *app.district.roles)
    anninh_clock.advance(-timedelta(hours=1, minutes=30))
    found = visit()

    assert wrong(found) == {"clock": Level.PROBLEM}
    assert "90 minutes behind" in named(found, "clock").what


def test_a_clock_before_the_profile(visit: Visit, anninh_clock: FixedClock) -> None:
    """A clock that starts in 1970 makes nothing of what the profile says true."""
    anninh_clock.advance(-timedelta(days=20_000))

    assert wrong(visit()) == {"clock": Level.WARNING}


def test_a_clock_that_is_being_set(visit: Visit) -> None:
    """Ten seconds that pass on the one clock and not on the other."""

    class Jumping(SoundMachine):
        seconds = 0.0

        def monotonic(self) -> float:
            self.seconds += 10
            return self.seconds

    assert wrong(visit(machine=Jumping())) == {"clock": Level.WARNING}


@pytest.mark.parametrize("deep", [False, True])
def test_a_broken_journal(app: App, visit: Visit, storage: MemoryStorage, deep: bool) -> None:
    """A line that was altered is found in the last thousand, and by whoever looks at all."""
    for _ in range(3):
        UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", *app.district.roles)
    storage.tables.journal[1] = evolve(
        storage.tables.journal[1], content=storage.tables.journal[1].content.replace(b"hoa-lu", b"ninh-x")
    )
    found = visit(deep=deep)

    assert wrong(found)["journal"] is Level.PROBLEM
    assert "broken at line 2" in named(found, "journal").what
    assert ("storage" in wrong(found)) is deep


def test_a_break_before_the_last_thousand(app: App, visit: Visit, storage: MemoryStorage) -> None:
    """What lies further back takes `--deep`."""
    users = UnsafeLocalUsers(app)
    for number in range(1010):
        users.appoint(f"Cán bộ {number}", "hoa-lu")
    first = storage.tables.journal[0]
    storage.tables.journal[0] = evolve(first, content=first.content.replace(b"hoa-lu", b"ninh-x"))

    assert wrong(visit()) == {}
    assert wrong(visit(deep=True))["journal"] is Level.PROBLEM


def test_a_body_that_doesn_t_open(app: App, visit: Visit, storage: MemoryStorage) -> None:
    """A sample of what is stored shows that the keys are the wrong ones, or the bodies altered."""
    UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", *app.district.roles)
    held = storage.tables.records["officer"]
    for id, record in list(held.items()):
        held[id] = evolve(record, body=record.body[:-1] + bytes([record.body[-1] ^ 1]))
    found = visit()

    assert wrong(found) == {"keys": Level.PROBLEM}
    assert "can't be decrypted, because it was altered or moved" in named(found, "keys").what


@pytest.mark.parametrize(
    ("passed", "levels"),
    [(timedelta(minutes=5), {}), (timedelta(minutes=30), {"queues": Level.WARNING}), (DAY, {"queues": Level.PROBLEM})],
)
def test_events_that_wait(
    app: App, visit: Visit, chat: MockChat, anninh_clock: FixedClock, *, passed: timedelta, levels: dict[str, Level]
) -> None:
    """Nobody processes what came."""
    hear(app, chat)
    anninh_clock.advance(passed)

    assert wrong(visit()) == levels


@pytest.mark.parametrize("lane", LANES)
def test_messages_that_wait(app: App, visit: Visit, anninh_clock: FixedClock, lane: Lane) -> None:
    """An emergency may wait for minutes, a broadcast for hours; each lane is named."""
    owe(app, lane)
    anninh_clock.advance(timedelta(minutes=5))
    soon = wrong(visit())
    anninh_clock.advance(2 * DAY)
    late = visit()

    assert soon == ({"queues": Level.WARNING} if lane == "emergency" else {})
    assert wrong(late) == {"queues": Level.PROBLEM}
    assert named(late, "queues").what == f"The oldest message in lane {lane} has waited for 2 days."


@pytest.mark.parametrize(
    ("days", "levels"), [(0, {}), (2, {"failures": Level.WARNING}), (9, {"failures": Level.PROBLEM})]
)
def test_what_waits_for_a_person(
    app: App, visit: Visit, anninh_clock: FixedClock, *, days: int, levels: dict[str, Level]
) -> None:
    """The list of failures grows old."""
    owe(app, Lane.REPLY)
    (row,) = app.internals.context.storage.queues.claim_outbox(anninh_clock.now(), DAY, 1)
    settled = OutboxSettled(id=row.id, token=row.token, state=OutboxState.FAILED, at=anninh_clock.now())
    app.internals.context.storage.commit([ChangeSet(outbox_settled=settled)])
    anninh_clock.advance(days * DAY)
    found = visit()

    assert wrong(found) == levels
    assert "1 messages or events wait for a person" in named(found, "failures").what


@pytest.fixture
def messenger(app: App) -> MockMessenger:
    """The app's messenger."""
    found = app.internals.messengers["oa"]
    assert isinstance(found, MockMessenger)
    return found


Tell = Callable[[], Sequence[Check]]


def telling(monkeypatch: pytest.MonkeyPatch, tell: Tell) -> None:
    monkeypatch.setattr(MockMessenger, "health", lambda _: tell(), raising=False)


@pytest.mark.parametrize(("days", "level"), [(1, Level.OK), (3, Level.WARNING), (16, Level.PROBLEM)])
def test_who_waits_to_be_erased(
    *, app: App, visit: Visit, chat: MockChat, anninh_clock: FixedClock, days: int, level: Level
) -> None:
    """The law gives days only; whoever waits for longer is named by how long, and by nothing else."""
    hear(app, chat, "chào")
    app.worker.drain()
    chat.withdraws(chat.person("Bà Mẫu"))
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.drain()
    anninh_clock.advance(days * DAY)

    assert named(visit(), "people").level is level


def test_a_token_that_runs_out(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a messenger tells of itself is passed on under its name."""
    telling(monkeypatch, lambda: [ok("token", "Fine."), warning("token", "It runs out in 3 days.", "Log in again.")])
    found = visit()

    assert wrong(found) == {"oa token": Level.WARNING}
    assert named(found, "oa token").todo == "Log in again."


def test_a_messenger_that_can_t_even_tell(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin that raises is a finding, and hides no other one."""

    def tell() -> Sequence[Check]:
        raise RuntimeError("words that nobody should see")

    telling(monkeypatch, tell)
    found = visit()

    assert wrong(found) == {"messengers": Level.PROBLEM}
    assert named(found, "messengers").what == "This couldn't be checked: RuntimeError."
    assert found[-1].name == "clock"


def test_a_messenger_that_reaches_nobody(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that can send neither to a person nor to a group is of no use."""
    monkeypatch.setattr(MockMessenger, "capabilities", property(lambda _: Capabilities("mute", {})))

    assert wrong(visit()) == {"messengers": Level.PROBLEM}


class Older(MemoryStorage):
    """Would be migrated if it were opened."""

    prepared = False
    found = "1"

    def pending(self, specs: Sequence[IndexSpec]) -> Upgrade:
        return Upgrade(where="x", found=self.found, newest="2", size=1, steps=(UpgradeStep(name="2", what="More."),))

    def prepare(self, specs: Sequence[IndexSpec]) -> None:
        self.prepared = True
        super().prepare(specs)


class Full(MemoryStorage):
    """Tells something else that is wrong."""

    def health(self) -> Sequence[Check]:
        return [ok("rights", "Nobody else may read it."), problem("pages", "It is half empty.", "Vacuum it.")]


class Broken(MemoryStorage):
    """Can't be opened."""

    def prepare(self, specs: Sequence[IndexSpec]) -> None:
        raise StorageBusy("The file stays locked by another program: end it, or try again later.")


class TestOlder:
    """A storage of an older revision."""

    @pytest.fixture
    def storage(self) -> Storage:
        return Older()

    def test_it_isn_t_migrated_by_a_look(self, visit: Visit, storage: Older) -> None:
        """The revision is told and left as it is."""
        found = visit()

        assert wrong(found) == {"migrations": Level.WARNING, "app": Level.WARNING}
        assert (
            "has revision 1, but the newest is 2: opening it would carry out the steps 2."
            in named(found, "migrations").what
        )
        assert not storage.prepared

    def test_an_empty_one_isn_t_filled_by_a_look(self, visit: Visit, storage: Older) -> None:
        """A database without tables is told and left empty."""
        storage.found = ""

        assert wrong(visit()) == {"storage": Level.PROBLEM, "app": Level.WARNING}
        assert not storage.prepared


class TestFull:
    """A storage that tells of something."""

    @pytest.fixture
    def storage(self) -> Storage:
        return Full()

    def test_it_is_passed_on(self, visit: Visit) -> None:
        """Whatever a storage tells of itself, under the name it gives."""
        assert wrong(visit()) == {"pages": Level.PROBLEM}


class TestBroken:
    """A storage that can't be opened."""

    @pytest.fixture
    def storage(self) -> Storage:
        return Broken()

    def test_it_is_told(self, visit: Visit) -> None:
        """The error's own sentence says what to do first, then the check is to be run again."""
        found = visit()

        assert wrong(found) == {"app": Level.PROBLEM}
        assert named(found, "app").what == "The file stays locked by another program: end it, or try again later."
        assert named(found, "app").todo == "Correct the cause, then run the check again."


def test_what_keeps_files_from_being_cleaned_is_told(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """An extra that isn't installed, with its install line; else that files can be cleaned, and that nothing scans."""
    assert "Scanner in use (`files.scanner`): no." in named(visit(), "files").what
    monkeypatch.setattr("anninh_core.cleaning.inspector.missing_extras", lambda: ("heic",))
    found = visit()
    assert wrong(found) == {"files": Level.WARNING}
    assert "pip install 'anninh[heic]'" in named(found, "files").what
