"""Restoration of one damaged record from a backup: only the version that the audit log names as the latest."""

from collections.abc import Iterator

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.app.backup.authentication import find_code_maker, require_authentic
from anninh_core.app.backup.container import FileReader
from anninh_core.app.backup.row_codec import KEYRING_PART, decode_rows, records_part_name
from anninh_core.app.backup.verification import verify
from anninh_core.kernel.errors import Damaged, KeysUnavailable, NotFound, Unsupported, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import NewKey, Record, Touched
from anninh_core.ports.storages.dumping import Row
from anninh_core.ports.storages.maintenance import PutsBack
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.journal.entries import iter_entries, matches_record, read_lines
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


@frozen
class RecordCopy:
    """A record as it is in a backup.

    Attributes:
        key: the wrapped data key of the record's scope; None for an unencrypted record.
    """

    record: Record
    key: NewKey | None


def restore_record(app: App, actor: Actor, file: FileReader, ref: Ref, *, unauthenticated: bool = False) -> Record:
    """Restore a damaged record from a backup or bundle of the same authority, and return it.

    Only the latest version is restored, so that no change is undone and no figure changes. Processing that skipped the
    record is retried at once.

    Args:
        actor: needs `operate` on the root.
        file: a backup or bundle with the same keys.
        unauthenticated: accepts a file of a format without authentication, which anyone may have altered.

    Raises:
        Refused: the actor lacks the permission.
        NotFound: the record isn't in the file.
        WrongStep: the record isn't damaged, or was purged, or changed after the file was written.
        Damaged: the copy can't be decrypted either.
        StorageError: the file is damaged, or not authentic.
        Unsupported: the storage can't restore single records.
    """

    def restore_copy(uow: UnitOfWork) -> Record:
        uow.permit(app.district.root)
        maintenance = app.internals.context.storage.maintenance
        if not isinstance(maintenance, PutsBack):
            raise Unsupported(
                "Storage of type {type} can't restore a single record: restore the whole backup.",
                type=type(maintenance).__name__,
            )
        require_authentic(file, find_code_maker(file, app.internals.context.keys), unauthenticated=unauthenticated)
        verify(file)
        copy = _find_copy(file, ref)
        _require_last_version(app.internals.context, file, copy.record)
        maintenance.put_back(copy.record, _choose_key(app.internals.context, copy))
        app.internals.services.quarantine.retry_about(uow, str(ref))
        uow.facts |= {"item": str(ref), "made_at": file.manifest.made_at.isoformat()}
        uow.add_event("record.restored")
        return copy.record

    return app.internals.runner.run_command(actor, "keeping.restore_record", Permission.OPERATE, restore_copy)


def _find_copy(file: FileReader, ref: Ref) -> RecordCopy:
    records = (row for row in _iter_rows(file, records_part_name(ref.kind)) if isinstance(row, Record))
    record = next((row for row in records if row.id == ref.id), None)
    if record is None:
        raise NotFound("{path} has no record {record}: use a later backup.", path=file.path, record=str(ref))
    keys = (row for row in _iter_rows(file, KEYRING_PART) if isinstance(row, NewKey))
    return RecordCopy(record, next((key for key in keys if key.scope == record.scope), None))


def _iter_rows(file: FileReader, part: str) -> Iterator[Row]:
    if part in {existing.name for existing in file.manifest.parts}:
        yield from decode_rows(part, file.lines(part), file.manifest.format)


def _require_last_version(context: UseCaseContext, file: FileReader, record: Record) -> None:
    """Raise `WrongStep` unless the stored record is damaged and `record` is the latest version in the audit log."""
    if record.scope and context.is_purged(record.scope):
        raise WrongStep("Record {record} was purged, so it can't be restored.", record=f"{record.kind}:{record.id}")
    if _is_readable_copy(context, record):
        raise WrongStep("Record {record} isn't damaged, so nothing was restored.", record=f"{record.kind}:{record.id}")
    last = _find_last_reference(context, record)
    if last is None or not matches_record(last, record, context.names):
        raise WrongStep(
            "{path} has version {version} of record {record}, but the latest version in the audit log is "
            "{latest}: use a later backup.",
            path=file.path,
            version=record.version,
            record=f"{record.kind}:{record.id}",
            latest=() if last is None else (last.version,),
        )


def _is_readable_copy(context: UseCaseContext, copy: Record) -> bool:
    stored = context.storage.records.get(copy.kind, copy.id)
    if stored != copy:
        return False
    try:
        context.open_body(stored)
    except Damaged:
        return False
    return True


def _find_last_reference(context: UseCaseContext, record: Record) -> Touched | None:
    """Return the reference to a record in the latest audit log entry about it, or None.

    The record is searched by its id and by the aliases of two versions, because some kinds have another alias in each
    version.
    """
    names = context.names
    versions = (record.version, record.version + 1)
    ids = {record.id, *(names.alias(record.kind, record.id, version) for version in versions)}
    last = None
    for numbered in iter_entries(read_lines(context.storage.journal)):
        touched = numbered.entry.touched
        last = next((reference for reference in touched if reference.kind == record.kind and reference.id in ids), last)
    return last


def _choose_key(context: UseCaseContext, copy: RecordCopy) -> NewKey | None:
    """Return the data key to restore with a record, or None if the stored key decrypts it."""
    record = copy.record
    if not record.scope:
        return None
    try:
        context.encryptor.decrypt_record(record)
    except (Damaged, KeysUnavailable):
        if copy.key is None:
            raise
    else:
        return None
    context.encryptor.decrypt_record(record, {record.scope: copy.key})
    return copy.key
