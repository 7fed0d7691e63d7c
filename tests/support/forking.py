"""Work in a forked process."""

import os

from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.kits.storage.base import commit_records, tip


def keep_in_a_fork(storage: Storage, name: str) -> int:
    """Keep a record of that name in a forked process, and return how it ended: 0 for well."""
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            commit_records(storage, tip(name))
            failed = 0
        finally:
            os._exit(failed)
    return os.waitpid(child, 0)[1]
