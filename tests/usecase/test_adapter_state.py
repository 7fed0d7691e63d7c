"""What an adapter remembers is its own, encrypted, and never overwrites what another process wrote."""

from datetime import timedelta

import pytest

from anninh_core.kernel.errors import DecryptionError
from anninh_core.ports.messengers.adapter import Remembered
from anninh_core.usecase.encryption.adapter_state import EncryptedState
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
