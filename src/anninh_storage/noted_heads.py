"""Journal heads, noted in a small file next to the keys; they reveal a database that was set back to an earlier
state.
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.errors import StorageError
from anninh_core.kernel.files import write_atomically
from anninh_core.ports.keys import NotedHead

_HEADS = msgspec.json.Decoder(tuple[NotedHead, ...])
_MAX_JOURNALS = 16


class NotedHeadsFile:
    """File with one head for each journal that was used with these keys, the newest note last.

    Args:
        path: path of the file, which is created by the first note. A writer must hold a lock.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Sequence[NotedHead]:
        """Return the noted heads, the newest last.

        Raises:
            StorageError: the file is damaged.
        """
        try:
            stored = self._path.read_bytes()
        except FileNotFoundError:
            return ()
        try:
            return _HEADS.decode(stored)
        except DECODE_ERRORS as error:
            why = describe_decode_error(error, stored)
            raise StorageError(
                "{path} is damaged ({reason}): move it away, and verify the audit log with heads that were "
                "kept elsewhere.",
                path=self._path,
                reason=why,
            ) from error

    def note(self, head: NotedHead) -> None:
        """Store a head in place of the earlier one of its journal; write nothing if it is already the newest."""
        noted = self.read()
        if noted and noted[-1] == head:
            return
        others = [other for other in noted if other.store != head.store]
        write_atomically(self._path, msgspec.json.encode((*others, head)[-_MAX_JOURNALS:]))
