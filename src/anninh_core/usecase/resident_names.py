"""Pseudonyms of residents and conversations outside the vault: keyed, so that a guess can't be tested.

An ended row of a queue has a name of one record in place of the conversation, which joins no two of them.
"""

from collections.abc import Iterable
from functools import cached_property
from hashlib import blake2b, sha256

from anninh_core.ports.keys import Keys
from anninh_core.ports.storages.changes import UNINDEXED_KINDS, NewOutbox
from anninh_core.ports.storages.queues import InboxRow, OutboxRow

_PSEUDONYM_BYTES = 6
_ALIAS_BYTES = 16
_MARK_BYTES = 16
_HASH_BYTES = 32
_PSEUDONYM = "p-"  # which no id has
PURGE_ORDER_KIND = "tombstone"
"""Kind of an order to destroy; its id is the scope."""

_TALK_SCOPES = ("identity", "conversation", "talk")
"""Kinds of the erasure scopes whose id is that of a conversation, or begins with it."""


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
        """Return the journal's name of a record that has one of its own (`has_alias`), another one in each version.

        An entry that has a conversation and a case is so joined with no other of the same resident, by nobody who reads
        the journal alone. Who has the keys and the record can tell whether an entry is about it, so that records are
        still compared.
        """
        return self._hash("alias", kind, id, str(version), size=_ALIAS_BYTES)

    def key_hash(self, name: str, hash: str) -> str:
        """Return a keyed hash of a hash, another one under each name: who holds the store can't compute it."""
        return self._hash("hash", name, hash, size=_HASH_BYTES)

    def digest(self, ids: Iterable[str]) -> str:
        """Return a keyed digest of ids in any order, conversations among them."""
        return self._hash("digest", *sorted(ids), size=_HASH_BYTES)

    def _hash(self, *parts: str, size: int) -> str:
        return blake2b("\0".join(parts).encode(), key=self._secret, digest_size=size).hexdigest()

    @cached_property
    def _secret(self) -> bytes:
        return sha256(self._keys.blind("names", "residents").encode()).digest()


def has_alias(kind: str, id: str) -> bool:
    """Return whether the journal names a record by an alias, because its id is that of a conversation."""
    return kind in UNINDEXED_KINDS or (kind == PURGE_ORDER_KIND and is_talk_scope(id))


def is_alias(kind: str, id: str) -> bool:
    """Return whether that is one by which the journal names a record; earlier versions named some by their ids."""
    return (kind in UNINDEXED_KINDS and "." not in id) or (kind == PURGE_ORDER_KIND and ":" not in id)


def is_talk_scope(scope: str) -> bool:
    """Return whether an erasure scope seals an identity, or messages without a case."""
    return scope.partition(":")[0] in _TALK_SCOPES


def journal_scope(scope: str) -> str:
    """Return how the facts of an entry name an erasure scope: one of a conversation by its kind alone."""
    return scope.partition(":")[0] if is_talk_scope(scope) else scope


def name_recipient(names: ResidentNames, conversation: str, row: NewOutbox | OutboxRow) -> str:
    """Return what a closed row has in place of a conversation: a name of the record that the row belongs to alone."""
    return names.pseudonym(conversation, row.cause or f"outbox:{row.id}")


def name_author(names: ResidentNames, conversation: str, row: InboxRow) -> str:
    """Return what an event that was processed has in place of a conversation: a name of this event alone."""
    return names.pseudonym(conversation, f"inbox:{row.id}")


def is_recipient(names: ResidentNames, conversation: str, row: OutboxRow) -> bool:
    """Return whether a row goes to a conversation, or went there."""
    return row.conversation in (conversation, name_recipient(names, conversation, row))
