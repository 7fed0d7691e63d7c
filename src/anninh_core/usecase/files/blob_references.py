"""Finds which blobs are in use: those whose name (64 hex digits) occurs in any stored body that can be decrypted.

References are found by search, not declared, so no kind and no adapter can forget to declare one.
"""

import re
from collections.abc import Iterator
from hashlib import sha256

from anninh_core.kernel.errors import Damaged, Purged
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Record
from anninh_core.ports.storages.dumping import KeptInbox, KeptOutbox, KeptState, Row
from anninh_core.usecase.encryption.encryptor import build_row_associated_data, iter_associated_data
from anninh_core.usecase.runner import UseCaseRunner

BLOB_NAME = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
"""A blob's name as it occurs in a decrypted body."""
_DIGITS = bytes(ord("0") if chr(sign) in "0123456789abcdef" else ord(" ") for sign in range(256))
_RUN = sha256().hexdigest().encode().translate(_DIGITS)
"""A run of 64 hex digits, each mapped to 0: bodies without it contain no blob's name, which is cheap to check."""
_SEALED_OWNER = "adapter:"
_DAY_SCOPE = "inbox"

EncryptedBody = tuple[str, bytes, bytes | Iterator[bytes]]
"""Scope and body, and the associated data to which the body is bound, or several candidates for it."""


class BlobReferences:
    """Finds the blob names to which the rows of a dump refer.

    Purged bodies refer to nothing: their key is destroyed or was replaced.

    Args:
        among: the digests to search for.

    Attributes:
        referenced: digests of `among` that some row refers to.
        unreadable: number of bodies that can't be decrypted although their key exists. They may refer to any blob.
    """

    def __init__(self, runner: UseCaseRunner, among: frozenset[bytes]) -> None:
        self._runner = runner
        self._context = runner.context
        self._candidates = among
        self.referenced: set[bytes] = set()
        self.unreadable = 0

    def scan_row(self, row: Row) -> None:
        """Add the blobs to which one row of a dump refers."""
        sealed = _get_encrypted_body(row) if self._candidates else None
        if sealed is not None and sealed[1]:  # The body of a settled row may have been cleared.
            body = self._decrypt(*sealed)
            if _RUN in body.translate(_DIGITS):
                names = (bytes.fromhex(name.decode()) for name in BLOB_NAME.findall(body))
                self.referenced.update(self._candidates.intersection(names))

    def _decrypt(self, scope: str, body: bytes, bound_to: bytes | Iterator[bytes]) -> bytes:
        try:
            return self._context.encryptor.decrypt(scope, body, bound_to) if scope else body
        except Purged:
            return b""
        except Damaged:
            # Keys of days are destroyed on schedule, without a purge order; blobs that such an event referred to aren't
            # kept either.
            was_scheduled = Ref.parse(scope).kind == _DAY_SCOPE and self._context.storage.keyring.get(scope) is None
            self.unreadable += not was_scheduled
            return b""


def _get_encrypted_body(row: Row) -> EncryptedBody | None:
    match row:
        case Record():
            return row.scope, row.body, iter_associated_data(row)
        case KeptInbox(row=event):
            return event.scope, event.body, build_row_associated_data("inbox", event.id)
        case KeptOutbox(row=sent):
            return sent.scope, sent.body, build_row_associated_data("outbox", sent.id)
        case KeptState() if row.owner.startswith(_SEALED_OWNER):
            return row.owner, row.body, build_row_associated_data("state", f"{row.owner}:{row.name}")
        case KeptState():
            return "", row.body, b""
        case _:
            return None
