"""Whether another try may go well, how long to wait for it, and how often: doubling, with jitter that repeats."""

from datetime import timedelta
from hashlib import sha256

from anninh_core.kernel.errors import Conflict, DecryptionError, KeysUnavailable, StorageError

_INITIAL_DELAY = timedelta(seconds=2)
_MAX_DELAY = timedelta(minutes=15)


def retry_delay(id: str, attempt: int) -> timedelta:
    """Return the wait before try `attempt + 1`: between half and all of 2, 4, 8 … seconds, at most 15 minutes.

    The jitter comes from the row's id, so that rows that failed together don't come back together.
    """
    share = sha256(f"{id}:{attempt}".encode()).digest()[0] / 255
    return _full_delay(attempt) * (0.5 + share / 2)


def max_tries(patience: timedelta) -> int:
    """Return how many tries a patience allows, their waits taken in full.

    It is counted and not measured, so that a clock that jumps gives nobody up and keeps nobody waiting.
    """
    allowed = 1
    waited = timedelta()
    while waited < patience:
        waited += _full_delay(allowed)
        allowed += 1
    return allowed


def is_transient(error: Exception) -> bool:
    """Return whether another try may go well: it met other work, or the storage or the keys were in trouble."""
    if isinstance(error, DecryptionError):
        return isinstance(error, KeysUnavailable)
    return isinstance(error, Conflict | StorageError)


def _full_delay(attempt: int) -> timedelta:
    return min(_INITIAL_DELAY * float(2 ** min(max(attempt, 1) - 1, 20)), _MAX_DELAY)
