"""Functions that wrap data keys under the epoch in use. The data encrypted with these keys are unchanged."""

import logging
from collections.abc import Sequence

from anninh_core.kernel.errors import DecryptionError
from anninh_core.ports.storages.changes import ChangeSet, NewKey, Outcome
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.runner import UseCaseRunner

_BATCH = 200
_log = logging.getLogger(__name__)


def rewrap_keys(runner: UseCaseRunner, keys: Sequence[NewKey]) -> int:
    """Wrap data keys under the epoch in use, except those that can't be unwrapped; return the number wrapped."""
    changes = [ChangeSet(keys=(new,)) for key in keys if (new := _rewrap_key(runner.context, key)) is not None]
    return sum(outcome is Outcome.COMMITTED for outcome in runner.apply(changes))


def rewrap_epoch(runner: UseCaseRunner, epoch: str) -> int:
    """Wrap all data keys of an epoch under the epoch in use; return the number of those that can't be unwrapped."""
    keyring = runner.context.storage.keyring
    while keys := keyring.wrapped_by(epoch, _BATCH):
        if not rewrap_keys(runner, keys) and keyring.wrapped_by(epoch, _BATCH) == keys:
            return len(keys)
    return 0


def _rewrap_key(context: UseCaseContext, key: NewKey) -> NewKey | None:
    keys = context.keys
    try:
        epoch, wrapped = keys.wrap(keys.unwrap(key.epoch, key.wrapped, key.scope), key.scope)
    # The epoch of the key was destroyed before the key was rewrapped: what the key encrypted is lost.
    except DecryptionError:
        _log.warning("a key of epoch %s can't be wrapped anew: that epoch's key is gone", key.epoch)
        return None
    return NewKey(scope=key.scope, epoch=epoch, wrapped=wrapped, replaces=key.epoch)
