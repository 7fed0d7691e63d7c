"""Ids that contain encrypted facts: nothing about them is stored, and they can't be forged."""

import base64
import binascii

from anninh_core.kernel.errors import DecryptionError
from anninh_core.usecase.runner import UseCaseRunner

_SCOPE = "blobs"


class SealedIds:
    """Encrypts facts into ids, and decrypts ids.

    Args:
        purpose: purpose of the ids; an id for another purpose can't be decrypted.
    """

    def __init__(self, runner: UseCaseRunner, purpose: bytes) -> None:
        self._runner = runner
        self._purpose = purpose

    def seal(self, facts: bytes) -> str:
        """Return an id that contains the encrypted facts, made of letters, digits, `-` and `_`."""
        key = self._runner.ensure_key(_SCOPE)
        sealed = self._runner.context.encryptor.encrypt(key, facts, self._purpose)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, id: str) -> bytes | None:
        """Return the decrypted facts of an id, or None if the id is invalid."""
        try:
            sealed = base64.b64decode(id + "=" * (-len(id) % 4), altchars=b"-_", validate=True)
            return self._runner.context.encryptor.decrypt(_SCOPE, sealed, self._purpose)
        except (ValueError, binascii.Error, DecryptionError):
            return None
