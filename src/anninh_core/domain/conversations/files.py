"""Where the files lie that came with messages: sealed with the words that they came with."""

from collections.abc import Collection, Mapping
from hashlib import sha256

from attrs import evolve

from anninh_core.domain.conversations.model import MESSAGE, Message, conversation_scope, message_scope, talk_scope
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

_PAGE = 200  # messages


def files_of(runner: UseCaseRunner, scope: str) -> EncryptedBlobs:
    """Return the files of the messages that a scope seals: unreadable when their words are."""
    return EncryptedBlobs(runner, runner.context.blobs, scope)


def read_file(runner: UseCaseRunner, message: Message, blob: str) -> bytes:
    """Return what came with a message: under its scope, or one that it had before.

    Earlier versions sealed all files by the conversation, whatever the message came to.

    Raises:
        NotFound: it isn't there any more.
        DecryptionError: what sealed it was purged, or it was altered.
    """
    earlier = conversation_scope(message.conversation), talk_scope(message)
    failures: list[Purged | Damaged] = []
    for scope in dict.fromkeys((message_scope(message), *earlier)):
        try:
            return files_of(runner, scope).get(blob)
        except (Purged, Damaged) as failure:
            failures.append(failure)
    raise failures[0]


def reseal_files(uow: UnitOfWork, runner: UseCaseRunner, before: Message, after: Message) -> Message:
    """Seal the files of a message under the scope that it has from now on; return it with their new names.

    What they were sealed under before isn't referred to any more, and is collected as garbage.
    """
    scope = message_scope(after)
    sealed_by = uow.stored_scope(MESSAGE, before.id) or message_scope(before)
    if scope == sealed_by or not before.file_names:
        return after
    sealed = EncryptedBlobs(runner, runner.context.blobs, scope, uow.data_key(scope))
    resealed = {name: _reseal(sealed, runner, before, name) for name in before.file_names}
    attachments = [_rename(one, resealed) for one in after.attachments]
    return evolve(after, attachments=tuple(attachments))


def _rename(attachment: Attachment, names: Mapping[str, str]) -> Attachment:
    file = attachment.file and evolve(attachment.file, blob=names.get(attachment.file.blob, attachment.file.blob))
    return evolve(attachment, blob=names.get(attachment.blob, attachment.blob), file=file)


def _reseal(sealed: EncryptedBlobs, runner: UseCaseRunner, before: Message, name: str) -> str:
    """Return a file's new name; that of one which isn't here, or opens no more, as it is."""
    try:
        data = read_file(runner, before, name)
    except (NotFound, Purged, Damaged):
        return name
    return sealed.put(data)


def store_file(
    files: EncryptedBlobs, inspector: FileInspector | None, data: bytes, claim: str
) -> tuple[str, FileRecord]:
    """Look at a file and store it with its cleaned copy; return the original's name, and what is known of it."""
    inspected = inspect_file(inspector, data, claim)
    blob = files.put(inspected.data) if inspected.data is not None else ""
    return files.put(data), evolve(inspected.record, blob=blob)


def inspect_file(inspector: FileInspector | None, data: bytes, claim: str) -> InspectedFile:
    """Scan and clean a file; where nothing does that, it is refused, since nobody has looked at it."""
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


def read_shown(runner: UseCaseRunner, message: Message, attachment: Attachment) -> tuple[bytes, FileRecord]:
    """Return what is shown of a file, and what is known of it.

    What nobody has looked at yet, as an earlier version kept it, or what could be neither cleaned nor scanned then, is
    looked at now.

    Raises:
        FileWithheld: it is shown to nobody.
        NotFound: it isn't there any more.
        DecryptionError: what sealed it was purged, or it was altered.
    """
    known = attachment.file
    inspector = runner.context.inspector
    if known is not None and not _needs_look(known, inspector):
        _check_shown(known)
        return read_file(runner, message, known.blob or attachment.blob), known
    original = read_file(runner, message, attachment.blob)
    inspected = inspect_file(inspector, original, attachment.kind)
    _check_shown(inspected.record)
    return original if inspected.data is None else inspected.data, inspected.record


def _needs_look(known: FileRecord, inspector: FileInspector | None) -> bool:
    is_unscanned = known.scan is Scan.UNSCANNED and inspector is not None and inspector.scans
    return is_unscanned or known.reason == FileReason.NO_LIBRARY


def _check_shown(known: FileRecord) -> None:
    if known.is_withheld:
        raise FileWithheld(
            "This file isn't shown to anyone ({reason}): get its original with "
            "{act:conversations.open_original}, and state what you need it for.",
            reason=tuple(filter(None, (known.reason, known.detail, known.signature))),
        )


def delete_files(context: UseCaseContext, conversation: str, names: Collection[str]) -> int:
    """Delete files that messages of a conversation named, but what another message there names as well.

    Call it once the messages name them no more: what a crash leaves is garbage. Returns how many went.
    """
    if not names:
        return 0
    began = context.clock.now()  # what is stored again from now on stays
    where = context.name_people(MESSAGE, {"conversation": conversation})
    query = Find(kind=MESSAGE.name, order="newest", where=where, limit=_PAGE)
    messages = context.iter_readable(MESSAGE, iter_records(context.storage.records, query))
    kept = {name for message in messages for name in message.file_names}
    return sum(context.blobs.delete(name, began) for name in sorted({*names} - kept))
