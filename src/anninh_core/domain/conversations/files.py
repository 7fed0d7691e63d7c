"""Where the files lie that came with messages."""

from anninh_core.domain.conversations.model import Message, message_scope, talk_scope
from anninh_core.kernel.errors import DecryptionError
from anninh_core.usecase.encryption.blobs import EncryptedBlobs
from anninh_core.usecase.runner import UseCaseRunner


def files_of(runner: UseCaseRunner, scope: str) -> EncryptedBlobs:
    """Return the files of the messages that a scope seals: sealed with their words, and unreadable when those are."""
    return EncryptedBlobs(runner, runner.context.blobs, scope=scope)


def read_file(runner: UseCaseRunner, message: Message, blob: str) -> bytes:
    """Return what came with a message: under its scope, or the one it had when the file was fetched.

    Raises:
        DecryptionError: what sealed it was purged.
    """
    failures: list[DecryptionError] = []
    for scope in dict.fromkeys((message_scope(message), f"conversation:{message.conversation}", talk_scope(message))):
        try:
            return files_of(runner, scope).get(blob)
        except DecryptionError as failure:
            failures.append(failure)
    raise failures[0]
