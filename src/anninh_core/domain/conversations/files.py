"""Where the files lie that came with messages: sealed with the words that they came with."""

from collections.abc import Collection

from attrs import evolve

from anninh_core.domain.conversations.model import MESSAGE, Message, conversation_scope, message_scope, talk_scope
from anninh_core.kernel.errors import DecryptionError, NotFound
from anninh_core.ports.query import iter_records
from anninh_core.ports.storage import Find
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.blobs import EncryptedBlobs
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
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
    failures: list[DecryptionError] = []
    for scope in dict.fromkeys((message_scope(message), *earlier)):
        try:
            return files_of(runner, scope).get(blob)
        except DecryptionError as failure:
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
    resealed = {one.blob: _reseal(sealed, runner, before, one).blob for one in before.attachments if one.blob}
    attachments = [evolve(one, blob=resealed.get(one.blob, one.blob)) for one in after.attachments]
    return evolve(after, attachments=tuple(attachments))


def _reseal(sealed: EncryptedBlobs, runner: UseCaseRunner, before: Message, attachment: Attachment) -> Attachment:
    """Return an attachment with its file's new name; one whose file isn't here, or opens no more, as it is."""
    try:
        data = read_file(runner, before, attachment.blob)
    except (NotFound, DecryptionError):
        return attachment
    return evolve(attachment, blob=sealed.put(data))


def delete_files(context: UseCaseContext, conversation: str, names: Collection[str]) -> int:
    """Delete files that messages of a conversation named, but what another message there names as well.

    Call it once the messages name them no more: what a crash leaves is garbage. Returns how many went.
    """
    if not names:
        return 0
    began = context.clock.now()  # what is stored again from now on stays
    query = Find(kind=MESSAGE.name, order="newest", where={"conversation": conversation}, limit=_PAGE)
    messages = context.iter_readable(MESSAGE, iter_records(context.storage.records, query))
    kept = {name for message in messages for name in message.file_names}
    return sum(context.blobs.delete(name, began) for name in sorted({*names} - kept))
