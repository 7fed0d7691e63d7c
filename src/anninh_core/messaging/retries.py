"""Rules for retries: which errors may pass, the exponential backoff with reproducible jitter, and the number of
tries.
"""

from datetime import timedelta
from hashlib import sha256

from anninh_core.kernel.errors import Conflict, DecryptionError, KeysUnavailable, StorageError

_INITIAL_DELAY = timedelta(seconds=2)
_MAX_DELAY = timedelta(minutes=15)


def retry_delay(id: str, attempt: int) -> timedelta:
    """Return the wait before try `attempt + 1`: between half and all of 2, 4, 8 … seconds, at most 15 minutes.

    The jitter is derived from the row's `id`, so that rows that failed together aren't retried together.
    """
    share = sha256(f"{id}:{attempt}".encode()).digest()[0] / 255
    return _delay_without_jitter(attempt) * (0.5 + share / 2)


def max_tries(patience: timedelta) -> int:
    """Return how many tries fit into `patience`, with each wait counted in full.

    Tries are counted instead of time measured, so that a clock that jumps neither ends the retries early nor prolongs
    them.
    """
    allowed = 1
    waited = timedelta()
    while waited < patience:
        waited += _delay_without_jitter(allowed)
        allowed += 1
    return allowed


def is_transient(error: Exception) -> bool:
    """Return whether a retry may succeed: the error was a conflict, a storage failure, or unavailable keys."""
    if isinstance(error, DecryptionError):
        return isinstance(error, KeysUnavailable)
    return isinstance(error, Conflict | StorageError)


def _delay_without_jitter(attempt: int) -> timedelta:
    return min(_INITIAL_DELAY * float(2 ** min(max(attempt, 1) - 1, 20)), _MAX_DELAY)
