"""The state of an adapter is private, encrypted, and never overwrites a value that another process wrote."""

from datetime import timedelta

import pytest

from anninh_core.kernel.errors import DecryptionError, StorageError
from anninh_core.ports.messengers.adapter import Remembered
from anninh_core.usecase.named_values.adapter_state import EncryptedState
from anninh_core.usecase.runner import UseCaseRunner


def test_missing_value_has_version_zero(runner: UseCaseRunner) -> None:
    """A missing value has version 0, which the first write expects."""
    state = EncryptedState(runner, "oa")
    assert state.get("token") == Remembered(0, b"")
    assert state.put("token", b"one", expected=0)
    assert state.get("token") == Remembered(1, b"one")


def test_outdated_write_changes_nothing(runner: UseCaseRunner) -> None:
    """A write that expects an outdated version returns False and changes nothing."""
    state = EncryptedState(runner, "oa")
    assert state.put("token", b"one", expected=0)
    assert state.put("token", b"two", expected=1)
    assert not state.put("token", b"three", expected=1)
    assert state.get("token") == Remembered(2, b"two")


def test_a_lease_has_one_holder(runner: UseCaseRunner) -> None:
    """A lease has one holder until its release, and each adapter has leases of its own."""
    state = EncryptedState(runner, "oa")
    with state.lease("refresh", timedelta(minutes=1)) as first:
        assert first is not None
        with state.lease("refresh", timedelta(minutes=1)) as second:
            assert second is None
        with state.lease("refresh", timedelta(minutes=1)) as third:
            assert third is None
        with EncryptedState(runner, "bot").lease("refresh", timedelta(minutes=1)) as other:
            assert other is not None
    with state.lease("refresh", timedelta(minutes=1)) as next_lease:
        assert next_lease is not None


def test_values_are_encrypted_for_their_name_and_adapter(runner: UseCaseRunner) -> None:
    """Values are stored encrypted, and a value moved to another name can't be decrypted."""
    state = EncryptedState(runner, "oa")
    state.put("token", b"secret", expected=0)
    stored = runner.context.storage.states.get("adapter:oa", "token")
    assert stored is not None
    assert b"secret" not in stored.body
    runner.context.storage.states.put("adapter:oa", "other", stored.body, 0)
    with pytest.raises(DecryptionError):
        state.get("other")


def test_closing_releases_all_leases(runner: UseCaseRunner) -> None:
    """`give_all_back` releases all leases of an adapter at once, and a late release by the thread that held a lease
    doesn't end the next holder's lease.
    """
    state = EncryptedState(runner, "oa")
    other = EncryptedState(runner, "oa")
    with state.lease("poll", timedelta(minutes=1)):
        state.release_leases()
        with other.lease("poll", timedelta(minutes=1)) as next_one:
            assert next_one is not None
    assert runner.context.storage.leases.acquire("adapter:oa:poll", "x", runner.context.clock.now(), timedelta(1))


def test_failed_release_loses_no_work(
    runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """If a lease can't be released, it expires, and the work under it isn't lost."""

    def raise_storage_error(_leases: object, _lease: object) -> None:
        raise StorageError("away")

    monkeypatch.setattr(type(runner.context.storage.leases), "release", raise_storage_error)
    events = []
    with EncryptedState(runner, "oa").lease("poll", timedelta(minutes=1)):
        events.append(b"an event")
    assert events == [b"an event"]
    assert "adapter:oa:poll runs out by itself" in caplog.text
