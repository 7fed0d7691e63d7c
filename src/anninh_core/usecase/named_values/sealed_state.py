"""Named values beside the records, each sealed under the scope of what it is about: they leave no entry.

A key is never made for one: what is about something that was purged can't be stored, and what was stored can't be read.
"""

from anninh_core.kernel.errors import Purged
from anninh_core.ports.messengers.adapter import Remembered
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import row_associated_data

NOTHING = Remembered(0, b"")
"""Where there is no value."""


class SealedState:
    """The values of one owner.

    Args:
        context: seals and stores them.
        owner: whose they are; with a colon, as no messenger instance is called so.
    """

    def __init__(self, context: UseCaseContext, owner: str) -> None:
        self._context = context
        self._owner = owner

    def version(self, name: str) -> int:
        """Return how often a value was stored, 0 where there is none."""
        stored = self._context.storage.states.get(self._owner, name)
        return 0 if stored is None else stored.version

    def get(self, name: str, scope: str) -> Remembered:
        """Return a value, `NOTHING` where there is none, and b"" for one that was taken away.

        Raises:
            Purged, Damaged, KeysUnavailable: it doesn't open, as for `Encryptor.decrypt`.
        """
        stored = self._context.storage.states.get(self._owner, name)
        if stored is None:
            return NOTHING
        if not stored.body:
            return Remembered(stored.version, b"")
        plain = self._context.encryptor.decrypt(scope, stored.body, self._bound_to(name, scope))
        return Remembered(stored.version, plain)

    def put(self, name: str, value: bytes, scope: str, expected: int) -> bool:
        """Store a value if its version is still `expected` (0 for a new one).

        Raises:
            Purged: what it is about was purged.
        """
        key = self._context.encryptor.get_key(scope)
        if key.new is not None:
            raise Purged("{scope!r} was purged or never had sealed data: nothing can be stored for it.", scope=scope)
        sealed = self._context.encryptor.encrypt(key, value, self._bound_to(name, scope))
        return self._context.storage.states.put(self._owner, name, sealed, expected)

    def clear(self, name: str) -> None:
        """Take a value away; one that is stored at the same moment may stay."""
        if version := self.version(name):
            self._context.storage.states.put(self._owner, name, b"", version)

    def _bound_to(self, name: str, scope: str) -> bytes:
        return row_associated_data("state", f"{self._owner}:{name}\x1f{scope}")
