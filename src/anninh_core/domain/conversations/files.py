"""Where the files lie that came with messages."""

from anninh_core.usecase.encryption.blobs import EncryptedBlobs
from anninh_core.usecase.runner import UseCaseRunner


def files_of(runner: UseCaseRunner, conversation: str) -> EncryptedBlobs:
    """Return the files of a conversation: sealed with its words, and unreadable when those are."""
    return EncryptedBlobs(runner, runner.context.blobs, scope=f"conversation:{conversation}")
