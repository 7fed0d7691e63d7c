"""What residents and their conversations are called outside the vault: keyed, so that nobody tests a guess."""

from functools import cached_property
from hashlib import blake2b, sha256

from anninh_core.ports.keys import Keys

_PSEUDONYM_BYTES = 6
_ALIAS_BYTES = 16
_MARK_BYTES = 16
_PSEUDONYM = "p-"  # which no id has


class ResidentNames:
    """Names that follow from a secret of the keys; it is asked for once."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def pseudonym(self, resident: str, case: str) -> str:
        """Return the name of a resident in one case: it tells the messenger, and no other case of theirs.

        Args:
            resident: conversation id, `<messenger instance>.<random>`; "" for nobody. A pseudonym stays as it is.
            case: what the name is for, such as `tip:<id>`.
        """
        messenger, _, id = resident.rpartition(".")
        if not resident or id.startswith(_PSEUDONYM):
            return resident
        return f"{messenger}.{_PSEUDONYM}{self._hash('pseudonym', case, resident, size=_PSEUDONYM_BYTES)}"

    def mark(self, resident: str, place: str) -> str:
        """Return the value of a clear column that names a resident in one place; see `PersonColumn`."""
        return self._hash("mark", place, resident, size=_MARK_BYTES)

    def alias(self, kind: str, id: str, version: int) -> str:
        """Return the name that stands in the journal for a conversation, another one in each version.

        An entry that has a conversation and a case is so joined with no other of the same resident, by nobody who reads
        the journal alone. Who has the keys and the record can tell whether an entry is about it, so that records are
        still compared.
        """
        return self._hash("alias", kind, id, str(version), size=_ALIAS_BYTES)

    def _hash(self, *parts: str, size: int) -> str:
        return blake2b("\0".join(parts).encode(), key=self._secret, digest_size=size).hexdigest()

    @cached_property
    def _secret(self) -> bytes:
        return sha256(self._keys.blind("names", "residents").encode()).digest()
