"""Named values, each encrypted under the erasure scope of its subject. They aren't records, and leave no journal entry.

No key is ever created for a value: after its subject was purged, it can't be stored or read.
"""

from anninh_core.kernel.errors import Purged
from anninh_core.ports.messengers.adapter import Remembered
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import build_row_associated_data

NOTHING = Remembered(0, b"")
"""The result for a named value that doesn't exist."""


class SealedState:
    """The encrypted named values of one owner.

    Args:
        context: encrypts and stores them.
        owner: owner name, with a colon, which no name of a messenger instance has.
    """

    def __init__(self, context: UseCaseContext, owner: str) -> None:
        self._context = context
        self._owner = owner

    def version(self, name: str) -> int:
        """Return the version of a value, which is the number of times that it was stored; 0 if it never was."""
        stored = self._context.storage.states.get(self._owner, name)
        return 0 if stored is None else stored.version

    def get(self, name: str, scope: str) -> Remembered:
        """Return a value, `NOTHING` if it doesn't exist, or b"" if it was cleared.

        Raises:
            Purged, Damaged, KeysUnavailable: the value can't be decrypted, as for `Encryptor.decrypt`.
        """
        stored = self._context.storage.states.get(self._owner, name)
        if stored is None:
            return NOTHING
        if not stored.body:
            return Remembered(stored.version, b"")
        plain = self._context.encryptor.decrypt(scope, stored.body, self._build_associated_data(name, scope))
        return Remembered(stored.version, plain)

    def put(self, name: str, value: bytes, scope: str, expected: int) -> bool:
        """Store a value if its version is still `expected` (0 for a new one).

        Raises:
            Purged: the scope has no key, or its subject was purged.
        """
        key = self._context.encryptor.get_key(scope)
        if key.new is not None:
            raise Purged("{scope!r} was purged or never had sealed data: nothing can be stored for it.", scope=scope)
        sealed = self._context.encryptor.encrypt(key, value, self._build_associated_data(name, scope))
        return self._context.storage.states.put(self._owner, name, sealed, expected)

    def clear(self, name: str) -> None:
        """Clear a value; if another thread stores it at the same time, it may remain."""
        if version := self.version(name):
            self._context.storage.states.put(self._owner, name, b"", version)

    def _build_associated_data(self, name: str, scope: str) -> bytes:
        return build_row_associated_data("state", f"{self._owner}:{name}\x1f{scope}")
