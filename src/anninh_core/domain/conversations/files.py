"""Functions that store and read files that came with messages; each file is encrypted in the erasure scope of its
message.
"""

from collections.abc import Collection, Mapping
from hashlib import sha256

from attrs import evolve

from anninh_core.domain.conversations.model import (
    MESSAGE,
    Message,
    build_conversation_scope,
    build_talk_scope,
    message_scope,
)
from anninh_core.kernel.errors import Damaged, FileWithheld, NotFound, Purged
from anninh_core.ports.scanner import FileInspector, InspectedFile
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.files import Cleaning, FileReason, FileRecord, Scan
from anninh_core.vocabulary.messages import Attachment

_PAGE = 200  # Messages per page of a search.


def get_file_storage(runner: UseCaseRunner, scope: str) -> EncryptedBlobs:
    """Return the storage of the files in an erasure scope; once the scope is purged, neither its messages nor its files
    can be read.
    """
    return EncryptedBlobs(runner, runner.context.blobs, scope)


def read_file(runner: UseCaseRunner, message: Message, blob: str) -> bytes:
    """Return the content of a message's file, in the message's present scope or an earlier one.

    Earlier versions encrypted all files in the conversation's scope, even those of a case.

    Raises:
        NotFound: the file isn't stored any more.
        DecryptionError: its scope was purged, or it was altered.
    """
    earlier = build_conversation_scope(message.conversation), build_talk_scope(message)
    failures: list[Purged | Damaged] = []
    for scope in dict.fromkeys((message_scope(message), *earlier)):
        try:
            return get_file_storage(runner, scope).get(blob)
        except (Purged, Damaged) as failure:
            failures.append(failure)
    raise failures[0]


def reseal_files(uow: UnitOfWork, runner: UseCaseRunner, before: Message, after: Message) -> Message:
    """Encrypt the files of a message in its new scope; return the message with the new file names.

    No message refers to the earlier files any more, so they are collected as garbage.
    """
    scope = message_scope(after)
    sealed_by = uow.get_stored_scope(MESSAGE, before.id) or message_scope(before)
    if scope == sealed_by or not before.file_names:
        return after
    target = EncryptedBlobs(runner, runner.context.blobs, scope, uow.get_data_key(scope))
    resealed = {name: _reseal_file(target, runner, before, name) for name in before.file_names}
    attachments = [_rename_files(attachment, resealed) for attachment in after.attachments]
    return evolve(after, attachments=tuple(attachments))


def _rename_files(attachment: Attachment, names: Mapping[str, str]) -> Attachment:
    file = attachment.file and evolve(attachment.file, blob=names.get(attachment.file.blob, attachment.file.blob))
    return evolve(attachment, blob=names.get(attachment.blob, attachment.blob), file=file)


def _reseal_file(target: EncryptedBlobs, runner: UseCaseRunner, before: Message, name: str) -> str:
    """Encrypt a file again for the target storage and return its new name; return its present name if the file is
    missing or can't be opened.
    """
    try:
        data = read_file(runner, before, name)
    except (NotFound, Purged, Damaged):
        return name
    return target.put(data)


def store_file(
    files: EncryptedBlobs, inspector: FileInspector | None, data: bytes, claim: str
) -> tuple[str, FileRecord]:
    """Inspect a file and store it with its cleaned copy; return the original's name and the inspection record."""
    inspected = inspect_file(inspector, data, claim)
    blob = files.put(inspected.data) if inspected.data is not None else ""
    return files.put(data), evolve(inspected.record, blob=blob)


def inspect_file(inspector: FileInspector | None, data: bytes, claim: str) -> InspectedFile:
    """Scan and clean a file; without an inspector, refuse it, since it wasn't checked."""
    if inspector is not None:
        return inspector.inspect(data, claim)
    record = FileRecord(
        sha256=sha256(data).hexdigest(),
        size=len(data),
        media_type="",
        cleaning=Cleaning.REFUSED,
        reason=FileReason.NO_CLEANER,
    )
    return InspectedFile(record)


def read_showable_file(runner: UseCaseRunner, message: Message, attachment: Attachment) -> tuple[bytes, FileRecord]:
    """Return the form of a file that may be shown, and the file's inspection record.

    A file that wasn't inspected yet, as in earlier versions, or couldn't be cleaned or scanned then, is inspected now.

    Raises:
        FileWithheld: it may not be shown to anyone.
        NotFound: the file isn't stored any more.
        DecryptionError: its scope was purged, or it was altered.
    """
    record = attachment.file
    inspector = runner.context.inspector
    if record is not None and not _needs_inspection(record, inspector):
        _require_showable(record)
        return read_file(runner, message, record.blob or attachment.blob), record
    original = read_file(runner, message, attachment.blob)
    inspected = inspect_file(inspector, original, attachment.kind)
    _require_showable(inspected.record)
    return original if inspected.data is None else inspected.data, inspected.record


def _needs_inspection(record: FileRecord, inspector: FileInspector | None) -> bool:
    is_unscanned = record.scan is Scan.UNSCANNED and inspector is not None and inspector.scans
    return is_unscanned or record.reason == FileReason.NO_LIBRARY


def _require_showable(record: FileRecord) -> None:
    if record.is_withheld:
        raise FileWithheld(
            "This file isn't shown to anyone ({reason}): get its original with "
            "{act:conversations.open_original}, and state what you need it for.",
            reason=tuple(filter(None, (record.reason, record.detail, record.signature))),
        )


def delete_files(context: UseCaseContext, conversation: str, names: Collection[str]) -> int:
    """Delete files of a conversation's messages, except files that another of its messages names; return the number of
    deleted files.

    Call this function after the messages stopped naming the files, so that files left by a crash are garbage.
    """
    if not names:
        return 0
    began = context.clock.now()  # A file that is stored again after this moment isn't deleted.
    conditions = context.replace_person_ids(MESSAGE, {"conversation": conversation})
    query = Find(kind=MESSAGE.name, order="newest", where=conditions, limit=_PAGE)
    messages = context.iter_readable(MESSAGE, iter_records(context.storage.records, query))
    kept = {name for message in messages for name in message.file_names}
    return sum(context.blobs.delete(name, began) for name in sorted({*names} - kept))
