"""Key rotation is in the journal with its operator, refused without permission, and safe while other processes work."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from tests.app.backup.conftest import PROFILE, settings_in

from anninh_core.app import App, Settings, open_app
from anninh_core.domain.audit.record_check import find_mismatches
from anninh_core.domain.key_management.service import read_key_status
from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.ports.keys import SigningKeys
from anninh_core.ports.storages.changes import Entry, entry_from
from anninh_core.testing import FixedClock, memory_app
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.memory import MemoryKeys
from anninh_core.usecase import Actor
from anninh_core.usecase.actor import person
from anninh_core.vocabulary.permissions import Permission


@pytest.fixture
def file_settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "office")


@pytest.fixture
def app(file_settings: Settings) -> Iterator[App]:
    with open_app(PROFILE, file_settings) as running_app:
        yield running_app


@pytest.fixture
def key_operator(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Trung tá Mẫu", PROFILE.root, *PROFILE.roles)


def read_entries(app: App, prefix: str) -> list[Entry]:
    lines = app.internals.context.storage.journal.read(0, 10_000)
    return [entry for line in lines if (entry := entry_from(line.content)).action.startswith(prefix)]


def test_rotation_changes_epoch_and_signing_key(app: App, key_operator: Actor) -> None:
    """After a rotation blind indexes are unchanged, old data keys can be unwrapped, and the journal names the operator
    and both key epochs.
    """
    keys = app.internals.context.keys
    assert isinstance(keys, SigningKeys)
    tip = app.tips.record_walk_in(key_operator, "Có trộm ở chợ", unit="ninh-hoa")
    before = keys.blind("phone", "0900000001")
    signed_by = app.audit.sign_head(key_operator).key
    rotated = app.keys.rotate(key_operator)
    assert (rotated.epoch, keys.epoch) == ("e0002", "e0002")
    assert rotated.signing_key == keys.public_keys()[-1].id != signed_by
    assert keys.blind("phone", "0900000001") == before
    assert app.tips.get(key_operator, tip.id).text == tip.text
    ordered, done = read_entries(app, "keys.")
    assert (ordered.actor, ordered.events) == (key_operator.label, ("keys.turn_ordered",))
    assert (done.actor, done.facts) == (key_operator.label, {"epoch": "e0002", "before": "e0001"})
    assert app.audit.verify(key_operator).ok
    assert [use.name for use in app.keys.status(key_operator).epochs] == ["e0001", "e0002"]


def test_rotation_needs_permission(app: App, key_operator: Actor) -> None:
    """Rotating keys, turning the key epoch and reading the key status need the permission to operate the whole
    district.
    """
    stranger = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "ninh-hoa", "tip_officer")
    operator_below = UnsafeLocalUsers(app).appoint("Cán bộ Hai", "ninh-hoa", "operator")
    for actor in (stranger, operator_below, person("nobody")):
        for act in (app.keys.rotate, app.keys.turn_epoch, app.keys.status):
            with pytest.raises(Refused):
                act(actor)
    assert app.internals.context.keys.epoch == "e0001"
    assert Permission.OPERATE in PROFILE.roles["operator"].permissions


def test_current_epoch_cannot_be_destroyed(app: App, key_operator: Actor) -> None:
    """Neither the key epoch in use nor an unknown epoch can be destroyed."""
    for epoch, why in (("e0001", "is in use"), ("e0009", "doesn't exist, so it can't be destroyed")):
        with pytest.raises(BadInput, match=why):
            app.keys.destroy_epoch(key_operator, epoch)
    app.keys.turn_epoch(key_operator)
    app.keys.destroy_epoch(key_operator, "e0001")
    assert [use.name for use in read_key_status(app.internals.context).epochs] == ["e0002"]


def test_rotation_works_without_a_signing_key(anninh_clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the keys can't sign, a rotation turns the key epoch and returns "" as the signing key."""
    # The keys are of a class of their own, because Python caches that MemoryKeys can sign once a test has checked it.
    members = {
        name: member for name, member in vars(MemoryKeys).items() if name not in ("sign", "__dict__", "__weakref__")
    }
    monkeypatch.setattr("anninh_core.testing.apps.MemoryKeys", type("KeysWithoutSignature", (), members))
    with memory_app(clock=anninh_clock) as app:
        me = UnsafeLocalUsers(app).appoint("Trung tá Mẫu", PROFILE.root, *PROFILE.roles)
        assert app.keys.rotate(me).signing_key == ""


def test_rotation_is_safe_during_other_work(app: App, file_settings: Settings, key_operator: Actor) -> None:
    """While one process rotates keys, tips that another process stores can be decrypted by both, and the journal is
    valid.
    """
    texts = [f"Có trộm ở xóm {number}" for number in range(40)]
    with open_app(PROFILE, file_settings) as other:
        worker = Thread(
            target=lambda: [other.tips.record_walk_in(key_operator, text, unit="ninh-hoa") for text in texts],
            daemon=True,
        )
        worker.start()
        rotations = 0
        while worker.is_alive():
            app.keys.rotate(key_operator)
            app.worker.jobs["rewrap_keys"].run()
            rotations += 1
        worker.join()
        assert rotations >= 1
        for each in (app, other):
            stored_texts = {
                each.tips.get(key_operator, record.id).text
                for record in each.internals.context.storage.maintenance.scan("tip")
            }
            assert stored_texts == set(texts)
    assert list(find_mismatches(app.internals.context)) == []
    assert app.audit.verify(key_operator).ok
    assert len(read_entries(app, "keys.finish_turn")) == rotations


def test_simultaneous_rotations_lose_nothing(app: App, file_settings: Settings, key_operator: Actor) -> None:
    """Two simultaneous rotations create a key epoch each and lose nothing."""
    tip = app.tips.record_walk_in(key_operator, "Có trộm ở chợ", unit="ninh-hoa")
    with open_app(PROFILE, file_settings) as other:
        epochs: list[str] = []
        threads = [
            Thread(target=lambda each=each: epochs.append(each.keys.rotate(key_operator).epoch))
            for each in (app, other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(epochs) == ["e0002", "e0003"]
        assert other.tips.get(key_operator, tip.id).text == tip.text
    assert app.audit.verify(key_operator).ok


def test_epoch_times_are_recorded(anninh_clock: FixedClock) -> None:
    """The beginning and end of a key epoch are recorded when the epoch is turned, even without a worker."""
    with memory_app(clock=anninh_clock) as app:
        me = UnsafeLocalUsers(app).appoint("Trung tá Mẫu", PROFILE.root, *PROFILE.roles)
        app.keys.turn_epoch(me)
        anninh_clock.advance(timedelta(days=3))
        app.keys.turn_epoch(me)
        first, second, third = app.keys.status(me).epochs
        assert first.ended_on == second.began_on
        assert second.ended_on == third.began_on
        assert third.began_on is not None
        assert second.began_on is not None
        assert third.began_on - second.began_on == timedelta(days=3)
