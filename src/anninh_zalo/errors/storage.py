"""Translates failures of our own storage into errors of the messenger port."""

from collections.abc import Iterator
from contextlib import contextmanager

from anninh_core.kernel.errors import RetryLater, StorageError


@contextmanager
def retry_on_storage_error() -> Iterator[None]:
    """Turn a failure of our own storage into `RetryLater`: what needed it wasn't begun, or is found again by a note.

    Raises:
        RetryLater: the storage failed.
    """
    try:
        yield
    except StorageError as error:
        problem = f"our own storage can't be used now ({type(error).__name__}); it is tried later"
    else:
        return
    raise RetryLater(problem)
