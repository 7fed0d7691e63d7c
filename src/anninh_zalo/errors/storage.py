"""Translate failures of our own storage into errors of the messenger port."""

from collections.abc import Iterator
from contextlib import contextmanager

from anninh_core.kernel.errors import RetryLater, StorageError


@contextmanager
def retry_on_storage_error() -> Iterator[None]:
    """Turn a failure of our own storage inside a `with` into `RetryLater`: the work wasn't begun, or is found again by
    its stored note.

    Raises:
        RetryLater: the storage failed.
    """
    try:
        yield
    except StorageError as error:
        reason = type(error).__name__
    else:
        return
    raise RetryLater("The storage can't be used now ({reason}): it is tried again later.", reason=reason)
