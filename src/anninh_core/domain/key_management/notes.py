"""Notes on the keys, stored with the data that the keys open; nothing in them is secret."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from anninh_core.domain.key_management.model import EpochLog, RecoveryNote
from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.errors import Conflict, StorageError
from anninh_core.ports.keys import ListsEpochs
from anninh_core.usecase.context import UseCaseContext

_OWNER = "keys"
_EPOCHS = "epochs"
_RECOVERY = "recovery"
_MAX_TRIES = 5
_EPOCHS_DECODER = msgspec.json.Decoder(EpochLog)
_RECOVERY_DECODER = msgspec.json.Decoder(RecoveryNote)
_ENCODER = msgspec.json.Encoder()
T = TypeVar("T")


def read_epoch_log(context: UseCaseContext) -> EpochLog:
    """Return the log of epochs as it was recorded last."""
    return _read_epoch_log_version(context)[0]


def observe_epochs(context: UseCaseContext) -> EpochLog:
    """Read the key keeper's epochs, record changes since the last observation, and return the log."""
    keys = context.keys
    now = context.clock.now()
    others = tuple(keys.epochs) if isinstance(keys, ListsEpochs) else None
    return _change_epochs(context, lambda log: log.observed(keys.epoch, others, now))


def forget_epoch(context: UseCaseContext, epoch: str) -> EpochLog:
    """Record that an epoch's key was destroyed."""
    return _change_epochs(context, lambda log: log.without(epoch))


def read_recovery_note(context: UseCaseContext) -> RecoveryNote | None:
    """Return the note on the recovery copy that was made or tried last, or None."""
    return _read_recovery_note_version(context)[0]


def record_recovery_copy(context: UseCaseContext, place: str, epoch: str) -> None:
    """Record that a recovery copy was made, or tried, just now."""
    note = RecoveryNote(place=place, epoch=epoch, tried_at=context.clock.now())
    version = _read_recovery_note_version(context)[1]
    # The note of a concurrent writer is as good as this one, so a lost update doesn't matter.
    context.storage.states.put(_OWNER, _RECOVERY, _ENCODER.encode(note), version)


def _change_epochs(context: UseCaseContext, change: Callable[[EpochLog], EpochLog]) -> EpochLog:
    for _ in range(_MAX_TRIES):
        log, version = _read_epoch_log_version(context)
        changed = change(log)
        if changed == log or context.storage.states.put(_OWNER, _EPOCHS, _ENCODER.encode(changed), version):
            return changed
    raise Conflict("Other processes kept changing the notes on the key epochs at the same time: try again.")


def _read_epoch_log_version(context: UseCaseContext) -> tuple[EpochLog, int]:
    stored = context.storage.states.get(_OWNER, _EPOCHS)
    return (EpochLog(), 0) if stored is None else (_decode_note(_EPOCHS_DECODER, stored.body), stored.version)


def _read_recovery_note_version(context: UseCaseContext) -> tuple[RecoveryNote | None, int]:
    stored = context.storage.states.get(_OWNER, _RECOVERY)
    return (None, 0) if stored is None else (_decode_note(_RECOVERY_DECODER, stored.body), stored.version)


def _decode_note(decoder: "msgspec.json.Decoder[T]", body: bytes) -> T:
    try:
        return decoder.decode(body)
    except DECODE_ERRORS as error:
        raise StorageError(
            "A note on the keys is damaged ({reason}): run `anninh doctor --deep`.",
            reason=describe_decode_error(error, body),
        ) from error
