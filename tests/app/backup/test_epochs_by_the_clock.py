"""Key epochs that turn and are destroyed on schedule: after some days no backup shows purged data, and all other data
can be decrypted.
"""

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
from anninh_core.domain.key_management.notes import read_epoch_log
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
    """An office on SQLite whose profile schedules key epochs."""

    app: App
    me: Actor
    clock: FixedClock
    settings: Settings

    def run_daily_jobs(self) -> None:
        """Run the daily jobs once; they wrap all data keys again."""
        for job in ("purge_expired", "rewrap_keys", "renew_epochs"):
            self.app.worker.jobs[job].run()

    def pass_days(self, days: int) -> None:
        for _ in range(days):
            self.clock.advance(DAY)
            self.run_daily_jobs()

    def receive_tip(self, text: str) -> Tip:
        return self.app.tips.record_walk_in(self.me, text, unit="ninh-hoa", category="crime")

    def purge(self, tip: Tip) -> None:
        """Close a case and destroy it, after the days in which a hold can stop the destruction."""
        self.app.tips.triage(self.me, tip.id, unit=tip.unit, category=tip.category, urgency="ordinary")
        self.app.tips.settle(self.me, tip.id, TipState.UNFOUNDED, answer="Không có.", reason="no_evidence")
        self.app.tips.record_manual_answer(self.me, tip.id, "đã gọi điện")
        self.app.retention.order_purge(self.me, f"tip:{tip.id}", reason="request")
        self.clock.advance(7 * DAY)
        assert self.app.retention.purge(self.me)

    def list_entries(self, action: str) -> list[Entry]:
        lines = self.app.internals.context.storage.journal.read(0, 10_000)
        return [entry for line in lines if (entry := entry_from(line.content)).action == action]

    @property
    def epochs(self) -> list[str]:
        keys = self.app.internals.context.keys
        assert isinstance(keys, ListsEpochs)
        return list(keys.epochs)


def open_station(folder: Path, clock: FixedClock, district: District = DISTRICT) -> Iterator[Station]:
    settings = settings_in(folder)
    with open_app(district, settings, Parts(clock=clock)) as app:
        me = UnsafeLocalUsers(app).appoint("Trung tá Mẫu", PROFILE.root, *PROFILE.roles)
        yield Station(app, me, clock, settings)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    yield from open_station(tmp_path / "station", FixedClock(BEGIN))


@pytest.fixture
def unscheduled_station(tmp_path: Path) -> Iterator[Station]:
    """An office without scheduled epochs in its profile."""
    yield from open_station(tmp_path / "careless", FixedClock(BEGIN), PROFILE)


def can_decrypt(encryptor: Encryptor, record: Record) -> bool:
    try:
        encryptor.decrypt_record(record)
    except DecryptionError:
        return False
    return True


def test_old_backups_forget_purged_data(station: Station, tmp_path: Path) -> None:
    """Some days after a purge, an old backup's own wrapped keys decrypt nothing with the current keys.

    The wrapped keys of the store, and of a new backup, decrypt everything except the purged tip, even bodies of the old
    backup.
    """
    station.run_daily_jobs()
    purged = station.receive_tip("Có trộm xe máy ở chợ")
    kept = station.receive_tip("Có người đánh bạc ở xóm 3")
    back_up(station.app, station.me, tmp_path / "old.zip")
    station.purge(purged)
    days = RULES.days_until_backups_forget
    assert days == 44

    old = restore_backup(station, tmp_path / "old.zip", "before")
    with open_target(old) as place:
        before = {record.id: record for record in place.storage.maintenance.scan("tip")}
        old_keys_before = Encryptor(station.app.internals.context.keys, place.storage.keyring)
        assert {id for id, record in before.items() if can_decrypt(old_keys_before, record)} == {purged.id, kept.id}
        station.pass_days(days)
        # The encryptor is new, as in a process that starts at this time.
        old_keys = Encryptor(station.app.internals.context.keys, place.storage.keyring)
        assert not any(can_decrypt(old_keys, record) for record in before.values())

    store_keys = Encryptor(station.app.internals.context.keys, station.app.internals.context.storage.keyring)
    assert {id for id, record in before.items() if can_decrypt(store_keys, record)} == {kept.id}
    assert station.app.tips.get(station.me, kept.id).text == kept.text
    assert "e0001" not in station.epochs

    back_up(station.app, station.me, tmp_path / "new.zip")
    with open_target(restore_backup(station, tmp_path / "new.zip", "after")) as place:
        records = {record.id: record for record in place.storage.maintenance.scan("tip")}
        newest = Encryptor(station.app.internals.context.keys, place.storage.keyring)
        assert {id for id, record in records.items() if can_decrypt(newest, record)} == {kept.id}


def restore_backup(station: Station, path: Path, name: str) -> Settings:
    """Restore a backup into a place that uses the station's current key file."""
    settings = settings_in(path.parent / name).model_copy(update={"keys": station.settings.keys})
    with open_target(settings) as place, FileReader(path) as file:
        restore(place, DISTRICT, file, now=station.clock.now(), resume=True, unauthenticated=False)
    return settings


def test_epochs_follow_the_profile(station: Station) -> None:
    """The epoch turns on its scheduled day; the previous one is destroyed later, and the audit log names the keeper."""
    station.run_daily_jobs()
    station.pass_days(29)
    assert station.epochs == ["e0001"]
    station.pass_days(1)
    assert station.epochs == ["e0001", "e0002"]
    station.pass_days(13)
    assert station.epochs == ["e0001", "e0002"]
    station.pass_days(1)
    assert station.epochs == ["e0002"]
    assert [entry.actor for entry in station.list_entries("keys.finish_turn")] == ["system:keeper"]
    (destruction,) = station.list_entries("keys.finish_destruction")
    assert (destruction.actor, destruction.events, destruction.facts["epoch"]) == (
        "system:keeper",
        ("keys.epoch_destroyed",),
        "e0001",
    )
    station.run_daily_jobs()
    assert len(station.list_entries("keys.finish_destruction")) == 1


def test_unscheduled_epochs_stay(unscheduled_station: Station) -> None:
    """Without scheduled days no epoch is turned or destroyed; the job only notes which epochs exist."""
    unscheduled_station.run_daily_jobs()
    unscheduled_station.app.keys.rotate(unscheduled_station.me)
    unscheduled_station.pass_days(5)
    unscheduled_station.clock.advance(400 * DAY)
    unscheduled_station.run_daily_jobs()
    assert unscheduled_station.epochs == ["e0001", "e0002"]
    assert [span.name for span in read_epoch_log(unscheduled_station.app.internals.context).spans] == ["e0001", "e0002"]


def test_live_keys_are_rewrapped_before_destruction(station: Station) -> None:
    """Live data keys are wrapped again before their epoch is destroyed, even if the periodic job didn't reach them in
    time.
    """
    station.run_daily_jobs()
    tip = station.receive_tip("Có trộm ở xóm 1")
    station.app.keys.turn_epoch(station.me)
    station.app.worker.jobs["renew_epochs"].run()
    station.clock.advance(14 * DAY)
    assert station.app.internals.context.storage.keyring.wrapped_by("e0001")
    assert station.app.worker.jobs["renew_epochs"].run() == 1
    assert station.epochs == ["e0002"]
    assert not station.app.internals.context.storage.keyring.wrapped_by("e0001")
    assert station.app.tips.get(station.me, tip.id).text == tip.text


def test_epoch_with_damaged_keys_stays(
    station: Station, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An epoch with a damaged data key is kept, since the key may be intact in a backup; the log states it each
    time.
    """
    station.run_daily_jobs()
    station.receive_tip("Có trộm ở xóm 1")
    station.app.keys.turn_epoch(station.me)
    unwrap = station.app.internals.context.keys.unwrap

    def fail_to_unwrap(epoch: str, wrapped: bytes, scope: str) -> bytes:
        if scope.startswith("tip:"):
            raise DecryptionError("altered")
        return unwrap(epoch, wrapped, scope)

    monkeypatch.setattr(station.app.internals.context.keys, "unwrap", fail_to_unwrap)
    station.pass_days(15)
    assert station.epochs == ["e0001", "e0002"]
    assert "not destroyed: Epoch 'e0001' stays, because 1 of its data keys don't open" in caplog.text
    tries = len(station.list_entries("keys.destroy_epoch"))
    for _ in range(5):
        station.run_daily_jobs()
    # The destruction is tried once an hour, not every minute.
    assert len(station.list_entries("keys.destroy_epoch")) == tries


def test_one_worker_turns_epochs(station: Station) -> None:
    """While another worker holds the lease, no epoch is turned."""
    station.run_daily_jobs()
    station.clock.advance(30 * DAY)
    leases = station.app.internals.context.storage.leases
    now = station.clock.now()
    lease = leases.acquire("keys:turn", "another", now, timedelta(minutes=10))
    assert lease is not None
    assert station.app.worker.jobs["renew_epochs"].run() == 0
    leases.release(lease)
    assert station.app.worker.jobs["renew_epochs"].run() == 1
    assert station.app.worker.jobs["renew_epochs"].run() == 0


def test_unnoted_old_epochs_are_destroyed(tmp_path: Path) -> None:
    """Old epochs from a version that noted none are destroyed too; their days count from when they were first noted."""
    for careless in open_station(tmp_path / "office", FixedClock(BEGIN), PROFILE):
        for _ in range(3):
            careless.app.internals.context.keys.turn_epoch()
    clock = FixedClock(BEGIN + DAY)
    for station in open_station(tmp_path / "office", clock):
        station.run_daily_jobs()
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
def test_days_until_backups_forget(rules: KeyRules, days: int | None, says: str) -> None:
    """The key rules compute the days until backups forget purged data, and explain the number."""
    assert rules.days_until_backups_forget == days
    assert says in rules.explanation
