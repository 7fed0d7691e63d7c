"""A helper that stores a record in a forked process."""

import os

from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.kits.storage.base import commit_records, tip


def store_in_a_fork(storage: Storage, name: str) -> int:
    """Store a record named `name` in a forked process, and return its exit status, 0 for success."""
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            commit_records(storage, tip(name))
            failed = 0
        finally:
            os._exit(failed)
    return os.waitpid(child, 0)[1]
