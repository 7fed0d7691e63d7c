"""Which blobs are in use: those whose name stands, as 64 hex digits, in anything stored that can be opened.

Nobody has to declare where blobs are named, so no kind and no adapter can forget to.
"""

import re
from collections.abc import Iterator

from anninh_core.kernel.errors import DecryptionError
from anninh_core.ports.changes import Record
from anninh_core.ports.dumping import KeptInbox, KeptOutbox, KeptState, Row
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.sealing import bindings, row_binding

_NAME = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_DIGITS = bytes(ord("0") if chr(sign) in "0123456789abcdef" else ord(" ") for sign in range(256))
_RUN = b"0" * 64
"""Any 64 digits in a row, once each is written as 0: few bodies hold any, and that is quickly seen."""
_SEALED_OWNER = "adapter:"

Sealed = tuple[str, bytes, bytes | Iterator[bytes]]
"""Scope, body, and what it is, or may be, bound to."""


class BlobNames:
    """Looks for names in the rows of a dump.

    What was purged names nothing any more: its key is destroyed, or another one by now.

    Args:
        desk: opens what is sealed.
        among: the digests to look for.

    Attributes:
        found: those of them that something names.
        unreadable: bodies that don't open although their key is there. They may name anything.
    """

    def __init__(self, runner: UseCaseRunner, among: frozenset[bytes]) -> None:
        self._runner = runner
        self._context = runner.context
        self._among = among
        self.found: set[bytes] = set()
        self.unreadable = 0

    def look(self, row: Row) -> None:
        """Look at one row."""
        sealed = _body_of(row) if self._among else None
        if sealed is not None and sealed[1]:  # what was dealt with may have been emptied
            body = self._opened(*sealed)
            if _RUN in body.translate(_DIGITS):
                names = (bytes.fromhex(name.decode()) for name in _NAME.findall(body))
                self.found.update(self._among.intersection(names))

    def _opened(self, scope: str, body: bytes, bound_to: bytes | Iterator[bytes]) -> bytes:
        try:
            return self._context.sealer.open(scope, body, bound_to) if scope else body
        except DecryptionError:
            there = self._context.storage.keyring.get(scope) is not None
            self.unreadable += there and not self._context.purged(scope)
            return b""


def _body_of(row: Row) -> Sealed | None:
    match row:
        case Record():
            return row.scope, row.body, bindings(row)
        case KeptInbox(row=event):
            return event.scope, event.body, row_binding("inbox", event.id)
        case KeptOutbox(row=sent):
            return sent.scope, sent.body, row_binding("outbox", sent.id)
        case KeptState() if row.owner.startswith(_SEALED_OWNER):
            return row.owner, row.body, row_binding("state", f"{row.owner}:{row.name}")
        case KeptState():
            return "", row.body, b""
        case _:
            return None
