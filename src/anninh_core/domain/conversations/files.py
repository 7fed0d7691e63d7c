"""Where the files lie that came with messages: sealed with the words that they came with."""

from attrs import evolve

from anninh_core.domain.conversations.model import Message, conversation_scope, message_scope
from anninh_core.kernel.errors import DecryptionError, NotFound
from anninh_core.usecase.encryption.blobs import EncryptedBlobs
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Attachment


def files_of(runner: UseCaseRunner, message: Message) -> EncryptedBlobs:
    """Return the files of a message: unreadable when its words are."""
    return EncryptedBlobs(runner, runner.context.blobs, message_scope(message))


def read_file(runner: UseCaseRunner, message: Message, blob: str) -> bytes:
    """Return the bytes of a file that came with a message.

    Raises:
        NotFound: it isn't there any more.
        DecryptionError: it was purged, or altered.
    """
    try:
        return files_of(runner, message).get(blob)
    except DecryptionError:
        if not message.case:
            raise
    # Before cases sealed their messages, the conversation did; its files stay under it.
    return EncryptedBlobs(runner, runner.context.blobs, conversation_scope(message.conversation)).get(blob)


def reseal_files(uow: UnitOfWork, runner: UseCaseRunner, before: Message, after: Message) -> Message:
    """Seal the files of a message under the scope that it has from now on; return it with their new names.

    What they were sealed under before isn't referred to any more, and is collected as garbage.
    """
    scope = message_scope(after)
    if scope == message_scope(before) or not any(attachment.blob for attachment in before.attachments):
        return after
    sealed = EncryptedBlobs(runner, runner.context.blobs, scope, uow.data_key(scope))
    return evolve(after, attachments=tuple(_reseal(sealed, runner, before, one) for one in before.attachments))


def _reseal(sealed: EncryptedBlobs, runner: UseCaseRunner, before: Message, attachment: Attachment) -> Attachment:
    """Return an attachment with its file's new name; one whose file isn't here, or opens no more, as it is."""
    if not attachment.blob:
        return attachment
    try:
        data = read_file(runner, before, attachment.blob)
    except (NotFound, DecryptionError):
        return attachment
    return evolve(attachment, blob=sealed.put(data))
