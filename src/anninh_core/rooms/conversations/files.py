"""Where the files lie that came with messages."""

from anninh_core.work.desk import Desk
from anninh_core.work.sealed_blobs import SealedBlobs


def files_of(desk: Desk, conversation: str) -> SealedBlobs:
    """Return the files of a conversation: sealed with its words, and unreadable when those are."""
    return SealedBlobs(desk, desk.blobs, scope=f"conversation:{conversation}")
