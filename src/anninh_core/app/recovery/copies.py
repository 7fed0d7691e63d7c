"""Making a recovery copy, and trying whether one opens what is stored."""

import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.app.backup.audit import audit_system_action
from anninh_core.app.backup.passphrase import unwrap, wrap
from anninh_core.domain.key_management.model import EpochUse
from anninh_core.domain.key_management.notes import note_recovery
from anninh_core.domain.key_management.service import key_status
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
    """What came of trying a recovery copy.

    Attributes:
        epoch: the newest in the copy.
        opened: how many data keys of what is stored were opened with it.
        opened_record: whether a record was; False where nothing sealed is stored yet.
        missing: epochs under which something living is wrapped, and that the copy lacks: it doesn't open that.
        is_current: whether all keys in use are in the copy, the signing key too.
    """

    epoch: str
    opened: int
    opened_record: bool
    missing: tuple[EpochUse, ...]
    is_current: bool


def make_recovery_copy(app: App, file: Path, passphrase: str, *, again: Callable[[], str]) -> RecoveryTrial:
    """Write a recovery copy, read it back from its place with the passphrase given once more, and try it.

    Args:
        file: there is none yet.
        passphrase: seals the copy.
        again: returns the passphrase once more, as it will be given in need.

    Raises:
        ConfigurationError: the keeper's keys can't be copied, there is a file already, or it can't be written.
        BadInput: the passphrase is too short.
        DecryptionError: it was given otherwise the second time; the copy is removed, since nobody knows what opens it.
    """
    if file.exists():
        raise ConfigurationError("{file} already exists and wasn't changed: choose another file.", file=file)
    content = wrap(_export(app.internals.context.keys), passphrase)
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
    _record(app, file, trial, "keeping.make_recovery", "recovery.made")
    return trial


def try_recovery_copy(app: App, file: Path, passphrase: str) -> RecoveryTrial:
    """Read a recovery copy, compare it with the keys in use, and open with it what is stored.

    Raises:
        ConfigurationError: it can't be read, or is of other keys.
        DecryptionError: another passphrase, an altered file, or it opens nothing that it should.
        StorageError: it is no recovery copy.
    """
    trial = _try_copy(app.internals.context, read_recovery_copy(file, passphrase))
    _record(app, file, trial, "keeping.try_recovery", "recovery.tried")
    return trial


def read_recovery_copy(file: Path, passphrase: str) -> KeysCopy:
    """Return the keys of a recovery copy.

    Raises:
        ConfigurationError: it can't be read.
        DecryptionError: another passphrase, or an altered file.
        StorageError: it is no recovery copy.
    """
    try:
        wrapped = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            "{file} can't be read ({reason}): choose the right file, or allow this program to read it.",
            file=file,
            reason=error.strerror,
        ) from error
    return unwrap(wrapped, passphrase)


def require_live_keys(keys: Keys, copy: KeysCopy) -> None:
    """Check that a copy is one of the keys in use; it may be older than their newest epoch.

    Raises:
        ConfigurationError: it is of other keys, or the keeper's keys can't be compared.
    """
    if copy.blind != _export(keys).blind:  # it never changes, while epochs come and go
        raise ConfigurationError("The recovery copy doesn't belong to the keys of this storage: find the right copy.")


def find_missing(context: UseCaseContext, copy: KeysCopy) -> tuple[EpochUse, ...]:
    """Return the epochs that a copy lacks, though something living is wrapped under them."""
    return tuple(use for use in key_status(context).epochs if use.count and use.name not in copy.epochs)


def _try_copy(context: UseCaseContext, copy: KeysCopy) -> RecoveryTrial:
    require_live_keys(context.keys, copy)
    copied = CopiedKeys(copy, "the recovery copy")
    if copy.current == context.keys.epoch:  # something sealed just now, also where nothing is stored yet
        probe = os.urandom(32)
        _require_same(copied.unwrap(*context.keys.wrap(probe, _PROBE_SCOPE), _PROBE_SCOPE), probe)
    keys = [key for epoch in copied.epochs for key in context.storage.keyring.wrapped_by(epoch, _SAMPLES)]
    for key in keys:
        _require_same(_unwrap(copied, key), _unwrap(context.keys, key))
    return RecoveryTrial(
        epoch=copy.current,
        opened=len(keys),
        opened_record=_opens_record(context, copied),
        missing=find_missing(context, copy),
        is_current=copy.has_same_keys(_export(context.keys)),
    )


def _opens_record(context: UseCaseContext, copied: CopiedKeys) -> bool:
    encryptor = Encryptor(copied, context.storage.keyring)
    for record in _iter_sealed(context, copied):
        encryptor.decrypt_record(record)
        return True
    return False


def _iter_sealed(context: UseCaseContext, copied: CopiedKeys) -> Iterator[Record]:
    """Yield some records that the copy should open: not purged, and wrapped under an epoch that it has."""
    maintenance = context.storage.maintenance
    keyring = context.storage.keyring
    for kind in maintenance.kinds():
        for record in islice(maintenance.scan(kind, batch=_SAMPLES), _SAMPLES):
            key = keyring.get(record.scope) if record.scope else None
            if key is not None and key.epoch in copied.epochs:
                yield record


def _unwrap(keys: Keys | CopiedKeys, key: NewKey) -> bytes:
    return keys.unwrap(key.epoch, key.wrapped, key.scope)


def _require_same(mine: bytes, theirs: bytes) -> None:
    if mine != theirs:
        raise DecryptionError(
            "The recovery copy opens a data key with a different result than the keys in use: make a new one "
            "with `anninh keys recovery`."
        )


def _record(app: App, file: Path, trial: RecoveryTrial, action: str, event: str) -> None:
    note_recovery(app.internals.context, str(file), trial.epoch)
    audit_system_action(app.internals.runner, action, event, epoch=trial.epoch)


def _export(keys: Keys) -> KeysCopy:
    if not isinstance(keys, PortableKeys):
        raise ConfigurationError("These keys can't be exported: use the recovery of the service that keeps them.")
    return keys.export()
