"""Epochs that turn and go by the clock: after so many days no backup shows what was purged, and all else opens."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve, frozen
from tests.app.backup.conftest import PROFILE, settings_in

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.app.backup import FileReader, back_up
from anninh_core.app.backup.restoration import restore
from anninh_core.app.backup.restore_target import open_target
from anninh_core.domain.key_management.notes import read_epochs
from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.errors import DecryptionError
from anninh_core.ports.keys import ListsEpochs
from anninh_core.ports.storages.changes import Entry, Record, entry_from
from anninh_core.testing import FixedClock
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.usecase.encryption.encryptor import Encryptor
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.rules import KeyRules

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)
RULES = KeyRules(epoch_days=30, forget_after_days=14)
DISTRICT = evolve(PROFILE, key_rules=RULES)
BEGIN = datetime(2021, 9, 1, 1, tzinfo=UTC)


@frozen
class Station:
    """An office on SQLite whose profile lets epochs go by the clock."""

    app: App
    me: Actor
    clock: FixedClock
    settings: Settings

    def tick(self) -> None:
        """Run what the clock runs in a day, often enough that all keys are wrapped anew."""
        for job in ("purge_expired", "rewrap_keys", "renew_epochs"):
            self.app.worker.jobs[job].run()

    def pass_days(self, days: int) -> None:
        for _ in range(days):
            self.clock.advance(DAY)
            self.tick()

    def take_in(self, text: str) -> Tip:
        return self.app.tips.record_walk_in(self.me, text, unit="ninh-hoa", category="crime")

    def purge(self, tip: Tip) -> None:
        """Let a case end and be destroyed, after the days that a hold could have stopped it."""
        self.app.tips.triage(self.me, tip.id, unit=tip.unit, category=tip.category, urgency="ordinary")
        self.app.tips.settle(self.me, tip.id, TipState.UNFOUNDED, answer="Không có.", reason="no_evidence")
        self.app.tips.answered_by_hand(self.me, tip.id, "đã gọi điện")
        self.app.retention.order_purge(self.me, f"tip:{tip.id}", reason="request")
        self.clock.advance(7 * DAY)
        assert self.app.retention.purge(self.me)

    def entries(self, action: str) -> list[Entry]:
        lines = self.app.internals.context.storage.journal.read(0, 10_000)
        return [entry for line in lines if (entry := entry_from(line.content)).action == action]

    @property
    def epochs(self) -> list[str]:
        keys = self.app.internals.context.keys
        assert isinstance(keys, ListsEpochs)
        return list(keys.epochs)


def opened_station(folder: Path, clock: FixedClock, district: District = DISTRICT) -> Iterator[Station]:
    settings = settings_in(folder)
    with open_app(district, settings, Parts(clock=clock)) as app:
        me = UnsafeLocalUsers(app).appoint("Trung tá Mẫu", PROFILE.root, *PROFILE.roles)
        yield Station(app, me, clock, settings)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    yield from opened_station(tmp_path / "station", FixedClock(BEGIN))


@pytest.fixture
def careless(tmp_path: Path) -> Iterator[Station]:
    """One whose profile says nothing of epochs."""
    yield from opened_station(tmp_path / "careless", FixedClock(BEGIN), PROFILE)


def opens(encryptor: Encryptor, record: Record) -> bool:
    try:
        encryptor.decrypt_record(record)
    except DecryptionError:
        return False
    return True


def test_old_backups_forget_what_was_purged(station: Station, tmp_path: Path) -> None:
    """So many days after a purge the old backup shows nothing with the keys of today, and what else there is opens.

    In the store, in a new backup, and by the store's own wrapped keys even the old backup's bodies, but for the purged.
    """
    station.tick()
    purged = station.take_in("Có trộm xe máy ở chợ")
    kept = station.take_in("Có người đánh bạc ở xóm 3")
    back_up(station.app, station.me, tmp_path / "old.zip")
    station.purge(purged)
    days = RULES.days_until_backups_forget
    assert days == 44

    old = restored(station, tmp_path / "old.zip", "before")
    with open_target(old) as place:
        before = {record.id: record for record in place.storage.maintenance.scan("tip")}
        here = Encryptor(station.app.internals.context.keys, place.storage.keyring)
        assert {id for id, record in before.items() if opens(here, record)} == {purged.id, kept.id}
        station.pass_days(days)
        anew = Encryptor(station.app.internals.context.keys, place.storage.keyring)  # as a process that starts then
        assert not any(opens(anew, record) for record in before.values())

    there = Encryptor(station.app.internals.context.keys, station.app.internals.context.storage.keyring)
    assert {id for id, record in before.items() if opens(there, record)} == {kept.id}
    assert station.app.tips.get(station.me, kept.id).text == kept.text
    assert "e0001" not in station.epochs

    back_up(station.app, station.me, tmp_path / "new.zip")
    with open_target(restored(station, tmp_path / "new.zip", "after")) as place:
        records = {record.id: record for record in place.storage.maintenance.scan("tip")}
        newest = Encryptor(station.app.internals.context.keys, place.storage.keyring)
        assert {id for id, record in records.items() if opens(newest, record)} == {kept.id}


def restored(station: Station, path: Path, name: str) -> Settings:
    """Restore a backup into a place that uses the station's key file, as it is today."""
    settings = settings_in(path.parent / name).model_copy(update={"keys": station.settings.keys})
    with open_target(settings) as place, FileReader(path) as file:
        restore(place, DISTRICT, file, now=station.clock.now(), resume=True, unauthenticated=False)
    return settings


def test_by_the_days_of_the_profile(station: Station) -> None:
    """The epoch turns on its day and not before; the one before goes on its own, traced under the keeper."""
    station.tick()
    station.pass_days(29)
    assert station.epochs == ["e0001"]
    station.pass_days(1)
    assert station.epochs == ["e0001", "e0002"]
    station.pass_days(13)
    assert station.epochs == ["e0001", "e0002"]
    station.pass_days(1)
    assert station.epochs == ["e0002"]
    assert [entry.actor for entry in station.entries("keys.finish_turn")] == ["system:keeper"]
    (gone,) = station.entries("keys.finish_destruction")
    assert (gone.actor, gone.events, gone.facts["epoch"]) == ("system:keeper", ("keys.epoch_destroyed",), "e0001")
    station.tick()
    assert len(station.entries("keys.finish_destruction")) == 1


def test_without_days_nothing_is_turned_or_destroyed(careless: Station) -> None:
    """By default the clock only notes which epochs there are."""
    careless.tick()
    careless.app.keys.rotate(careless.me)
    careless.pass_days(5)
    careless.clock.advance(400 * DAY)
    careless.tick()
    assert careless.epochs == ["e0001", "e0002"]
    assert [span.name for span in read_epochs(careless.app.internals.context).spans] == ["e0001", "e0002"]


def test_what_lives_is_wrapped_anew_before_its_epoch_goes(station: Station) -> None:
    """Also where the walk over all keys didn't come to it in time."""
    station.tick()
    tip = station.take_in("Có trộm ở xóm 1")
    station.app.keys.turn_epoch(station.me)
    station.app.worker.jobs["renew_epochs"].run()
    station.clock.advance(14 * DAY)
    assert station.app.internals.context.storage.keyring.wrapped_by("e0001")
    assert station.app.worker.jobs["renew_epochs"].run() == 1
    assert station.epochs == ["e0002"]
    assert not station.app.internals.context.storage.keyring.wrapped_by("e0001")
    assert station.app.tips.get(station.me, tip.id).text == tip.text


def test_an_epoch_stays_while_something_under_it_does_not_open(
    station: Station, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A key that is damaged here may be whole in a backup: its epoch is kept, and the log says so each time."""
    station.tick()
    station.take_in("Có trộm ở xóm 1")
    station.app.keys.turn_epoch(station.me)
    unwrap = station.app.internals.context.keys.unwrap

    def fail(epoch: str, wrapped: bytes, scope: str) -> bytes:
        if scope.startswith("tip:"):
            raise DecryptionError("altered")
        return unwrap(epoch, wrapped, scope)

    monkeypatch.setattr(station.app.internals.context.keys, "unwrap", fail)
    station.pass_days(15)
    assert station.epochs == ["e0001", "e0002"]
    assert "not destroyed: Epoch 'e0001' stays, because 1 of its data keys don't open" in caplog.text
    tries = len(station.entries("keys.destroy_epoch"))
    for _ in range(5):
        station.tick()
    assert len(station.entries("keys.destroy_epoch")) == tries  # once an hour, not each minute


def test_only_one_of_several_workers_turns(station: Station) -> None:
    """While another holds the right, this one leaves it."""
    station.tick()
    station.clock.advance(30 * DAY)
    leases = station.app.internals.context.storage.leases
    now = station.clock.now()
    lease = leases.acquire("keys:turn", "another", now, timedelta(minutes=10))
    assert lease is not None
    assert station.app.worker.jobs["renew_epochs"].run() == 0
    leases.release(lease)
    assert station.app.worker.jobs["renew_epochs"].run() == 1
    assert station.app.worker.jobs["renew_epochs"].run() == 0


def test_epochs_of_before_they_were_noted_go_too(tmp_path: Path) -> None:
    """A key file with old epochs, from a version that destroyed none: their days count from when they were seen."""
    for careless in opened_station(tmp_path / "office", FixedClock(BEGIN), PROFILE):
        for _ in range(3):
            careless.app.internals.context.keys.turn_epoch()
    clock = FixedClock(BEGIN + DAY)
    for station in opened_station(tmp_path / "office", clock):
        station.tick()
        station.pass_days(13)
        assert len(station.epochs) == 4
        station.pass_days(1)
        assert station.epochs == ["e0004"]


@pytest.mark.parametrize(
    ("rules", "days", "says"),
    [
        (KeyRules(), None, "from earlier backups as long as they and the keys exist"),
        (KeyRules(epoch_days=30), None, "from earlier backups as long as they and the keys exist"),
        (
            KeyRules(forget_after_days=14),
            None,
            "until 14 days after a person begins a new epoch (`anninh keys rotate`)",
        ),
        (RULES, 44, "from any backup after 44 days at the latest"),
    ],
)
def test_the_number_is_computed_in_one_place(rules: KeyRules, days: int | None, says: str) -> None:
    """And explained there, for whoever prints it."""
    assert rules.days_until_backups_forget == days
    assert says in rules.explanation
