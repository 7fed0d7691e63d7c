"""Making a recovery copy of the keys, and trying whether a copy decrypts stored data."""

import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.app.backup.audit import audit_system_action
from anninh_core.app.backup.passphrase import unwrap_keys, wrap
from anninh_core.domain.key_management.model import EpochUse
from anninh_core.domain.key_management.notes import record_recovery_copy
from anninh_core.domain.key_management.service import read_key_status
from anninh_core.kernel.errors import ConfigurationError, DecryptionError
from anninh_core.kernel.files import write_atomically
from anninh_core.ports.keys import Keys, KeysCopy, PortableKeys
from anninh_core.ports.storages.changes import NewKey, Record
from anninh_core.ports.storages.copied_keys import CopiedKeys
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import Encryptor

_SAMPLES = 20
_PROBE_SCOPE = "recovery"


@frozen(kw_only=True)
class RecoveryTrial:
    """Result of trying a recovery copy.

    Attributes:
        epoch: newest key epoch in the copy.
        opened: number of stored data keys that it unwrapped.
        opened_record: whether it decrypted a record; False if no encrypted record is stored yet.
        missing: epochs that wrap keys in use but aren't in the copy, so that it can't unwrap those keys.
        is_current: whether the copy has all keys in use, including the signing key.
    """

    epoch: str
    opened: int
    opened_record: bool
    missing: tuple[EpochUse, ...]
    is_current: bool


def make_recovery_copy(app: App, file: Path, passphrase: str, *, again: Callable[[], str]) -> RecoveryTrial:
    """Write a recovery copy, read it back with the passphrase entered a second time, and try it.

    Args:
        file: path of a new file.
        passphrase: encrypts the copy.
        again: returns the passphrase as entered a second time.

    Raises:
        ConfigurationError: the keys can't be exported, the file exists already, or it can't be written.
        BadInput: the passphrase is too short.
        DecryptionError: the second passphrase differs; the copy is removed, because its passphrase is uncertain.
    """
    if file.exists():
        raise ConfigurationError("{file} already exists and wasn't changed: choose another file.", file=file)
    content = wrap(_export_keys(app.internals.context.keys), passphrase)
    try:
        write_atomically(file, content)
    except OSError as error:
        raise ConfigurationError(
            "{file} can't be written ({reason}): free disk space, or choose a file in another folder.",
            file=file,
            reason=error.strerror,
        ) from error
    try:
        trial = _try_copy(app.internals.context, read_recovery_copy(file, again()))
    except BaseException:
        file.unlink()
        raise
    _record_trial(app, file, trial, "keeping.make_recovery", "recovery.made")
    return trial


def try_recovery_copy(app: App, file: Path, passphrase: str) -> RecoveryTrial:
    """Read a recovery copy, compare it with the keys in use, and try it on stored data.

    Raises:
        ConfigurationError: it can't be read, or is of other keys.
        DecryptionError: the passphrase is wrong, the file was altered, or it doesn't decrypt data that it should.
        StorageError: it isn't a recovery copy.
    """
    trial = _try_copy(app.internals.context, read_recovery_copy(file, passphrase))
    _record_trial(app, file, trial, "keeping.try_recovery", "recovery.tried")
    return trial


def read_recovery_copy(file: Path, passphrase: str) -> KeysCopy:
    """Return the keys of a recovery copy.

    Raises:
        ConfigurationError: it can't be read.
        DecryptionError: the passphrase is wrong, or the file was altered.
        StorageError: it isn't a recovery copy.
    """
    try:
        wrapped = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            "{file} can't be read ({reason}): choose the right file, or allow this program to read it.",
            file=file,
            reason=error.strerror,
        ) from error
    return unwrap_keys(wrapped, passphrase)


def require_live_keys(keys: Keys, copy: KeysCopy) -> None:
    """Check that a copy is of the keys in use; it may lack their newest epochs.

    Raises:
        ConfigurationError: it is of other keys, or the keys in use can't be exported for comparison.
    """
    if copy.blind != _export_keys(keys).blind:  # The blind key never changes, unlike epochs.
        raise ConfigurationError("The recovery copy doesn't belong to the keys of this storage: find the right copy.")


def find_missing_epochs(context: UseCaseContext, copy: KeysCopy) -> tuple[EpochUse, ...]:
    """Return the epochs that wrap keys in use but aren't in the copy."""
    return tuple(use for use in read_key_status(context).epochs if use.count and use.name not in copy.epochs)


def _try_copy(context: UseCaseContext, copy: KeysCopy) -> RecoveryTrial:
    require_live_keys(context.keys, copy)
    copied = CopiedKeys(copy, "the recovery copy")
    # The copy is tried on a newly wrapped value, because nothing may be stored yet.
    if copy.current == context.keys.epoch:
        probe = os.urandom(32)
        _require_same_data_key(copied.unwrap(*context.keys.wrap(probe, _PROBE_SCOPE), _PROBE_SCOPE), probe)
    keys = [key for epoch in copied.epochs for key in context.storage.keyring.wrapped_by(epoch, _SAMPLES)]
    for key in keys:
        _require_same_data_key(_unwrap_data_key(copied, key), _unwrap_data_key(context.keys, key))
    return RecoveryTrial(
        epoch=copy.current,
        opened=len(keys),
        opened_record=_can_decrypt_record(context, copied),
        missing=find_missing_epochs(context, copy),
        is_current=copy.has_same_keys(_export_keys(context.keys)),
    )


def _can_decrypt_record(context: UseCaseContext, copied: CopiedKeys) -> bool:
    encryptor = Encryptor(copied, context.storage.keyring)
    for record in _iter_decryptable_records(context, copied):
        encryptor.decrypt_record(record)
        return True
    return False


def _iter_decryptable_records(context: UseCaseContext, copied: CopiedKeys) -> Iterator[Record]:
    """Yield some records that the copy should decrypt: not purged, and wrapped under an epoch in the copy."""
    maintenance = context.storage.maintenance
    keyring = context.storage.keyring
    for kind in maintenance.kinds():
        for record in islice(maintenance.scan(kind, batch=_SAMPLES), _SAMPLES):
            key = keyring.get(record.scope) if record.scope else None
            if key is not None and key.epoch in copied.epochs:
                yield record


def _unwrap_data_key(keys: Keys | CopiedKeys, key: NewKey) -> bytes:
    return keys.unwrap(key.epoch, key.wrapped, key.scope)


def _require_same_data_key(from_copy: bytes, from_keys: bytes) -> None:
    if from_copy != from_keys:
        raise DecryptionError(
            "The recovery copy opens a data key with a different result than the keys in use: make a new one "
            "with `anninh keys recovery`."
        )


def _record_trial(app: App, file: Path, trial: RecoveryTrial, action: str, event: str) -> None:
    record_recovery_copy(app.internals.context, str(file), trial.epoch)
    audit_system_action(app.internals.runner, action, event, epoch=trial.epoch)


def _export_keys(keys: Keys) -> KeysCopy:
    if not isinstance(keys, PortableKeys):
        raise ConfigurationError("These keys can't be exported: use the recovery of the service that keeps them.")
    return keys.export()
