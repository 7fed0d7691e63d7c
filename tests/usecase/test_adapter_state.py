"""What an adapter remembers is its own, encrypted, and never overwrites what another process wrote."""

from datetime import timedelta

import pytest

from anninh_core.kernel.errors import DecryptionError, StorageError
from anninh_core.ports.messengers.adapter import Remembered
from anninh_core.usecase.named_values.adapter_state import EncryptedState
from anninh_core.usecase.runner import UseCaseRunner


def test_nothing_is_remembered_at_first(runner: UseCaseRunner) -> None:
    """It has version 0, which is what the first value expects."""
    state = EncryptedState(runner, "oa")
    assert state.get("token") == Remembered(0, b"")
    assert state.put("token", b"one", expected=0)
    assert state.get("token") == Remembered(1, b"one")


def test_what_was_changed_meanwhile_stays(runner: UseCaseRunner) -> None:
    """Whoever expects an older version is told, and nothing is written."""
    state = EncryptedState(runner, "oa")
    assert state.put("token", b"one", expected=0)
    assert state.put("token", b"two", expected=1)
    assert not state.put("token", b"three", expected=1)
    assert state.get("token") == Remembered(2, b"two")


def test_a_lease_has_one_holder(runner: UseCaseRunner) -> None:
    """Another finds nothing to hold, until the first lets go; a second adapter has leases of its own."""
    state = EncryptedState(runner, "oa")
    with state.lease("refresh", timedelta(minutes=1)) as first:
        assert first is not None
        with state.lease("refresh", timedelta(minutes=1)) as second:
            assert second is None
        with state.lease("refresh", timedelta(minutes=1)) as still:
            assert still is None
        with EncryptedState(runner, "bot").lease("refresh", timedelta(minutes=1)) as other:
            assert other is not None
    with state.lease("refresh", timedelta(minutes=1)) as again:
        assert again is not None


def test_values_are_encrypted_for_their_name_and_adapter(runner: UseCaseRunner) -> None:
    """The storage holds no value in clear, and one put under another name doesn't open."""
    state = EncryptedState(runner, "oa")
    state.put("token", b"secret", expected=0)
    stored = runner.context.storage.states.get("adapter:oa", "token")
    assert stored is not None
    assert b"secret" not in stored.body
    runner.context.storage.states.put("adapter:oa", "other", stored.body, 0)
    with pytest.raises(DecryptionError):
        state.get("other")


def test_a_thread_left_behind_keeps_no_lease(runner: UseCaseRunner) -> None:
    """What is still held when the app closes is given back at once, and by the late thread not once more."""
    state = EncryptedState(runner, "oa")
    other = EncryptedState(runner, "oa")
    with state.lease("poll", timedelta(minutes=1)):
        state.give_all_back()
        with other.lease("poll", timedelta(minutes=1)) as next_one:
            assert next_one is not None
    assert runner.context.storage.leases.acquire("adapter:oa:poll", "x", runner.context.clock.now(), timedelta(1))


def test_work_under_a_lease_outlasts_a_storage_that_goes_away(
    runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the lease can't be given back it runs out by itself: what came from a platform isn't lost for it."""

    def fail(_leases: object, _lease: object) -> None:
        raise StorageError("away")

    monkeypatch.setattr(type(runner.context.storage.leases), "release", fail)
    came = []
    with EncryptedState(runner, "oa").lease("poll", timedelta(minutes=1)):
        came.append(b"an event")
    assert came == [b"an event"]
    assert "adapter:oa:poll runs out by itself" in caplog.text
