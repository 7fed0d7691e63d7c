"""Ids that are the sealed facts themselves: nothing is kept of them, and nobody makes one up."""

import base64
import binascii

from anninh_core.kernel.errors import DecryptionError
from anninh_core.usecase.runner import UseCaseRunner

_SCOPE = "blobs"


class SealedIds:
    """Seals facts into ids, and opens ids.

    Args:
        purpose: what the ids are for: those of another purpose open nothing.
    """

    def __init__(self, runner: UseCaseRunner, purpose: bytes) -> None:
        self._runner = runner
        self._purpose = purpose

    def seal(self, facts: bytes) -> str:
        """Return an id of letters and figures, `-` and `_`."""
        key = self._runner.ensure_key(_SCOPE)
        sealed = self._runner.context.encryptor.encrypt(key, facts, self._purpose)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, id: str) -> bytes | None:
        """Return what an id says, None if no such id was ever given."""
        try:
            sealed = base64.b64decode(id + "=" * (-len(id) % 4), altchars=b"-_", validate=True)
            return self._runner.context.encryptor.decrypt(_SCOPE, sealed, self._purpose)
        except (ValueError, binascii.Error, DecryptionError):
            return None
