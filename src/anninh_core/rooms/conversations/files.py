"""Where the files lie that came with messages."""

from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.sealed_blobs import SealedBlobs


def files_of(runner: UseCaseRunner, conversation: str) -> SealedBlobs:
    """Return the files of a conversation: sealed with its words, and unreadable when those are."""
    return SealedBlobs(runner, runner.context.blobs, scope=f"conversation:{conversation}")
