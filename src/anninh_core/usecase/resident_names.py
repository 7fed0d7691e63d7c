"""Pseudonyms of residents and conversations outside the vault: keyed, so that guesses can't be tested.

An ended queue row has a pseudonym for one record instead of the conversation id, so that no two records can be linked.
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
_PSEUDONYM = "p-"  # no id has this prefix
PURGE_ORDER_KIND = "tombstone"
"""Kind of a purge order; its id is the scope."""

_TALK_SCOPES = ("identity", "conversation", "talk")
"""Kinds of erasure scopes with a conversation id as their id or its prefix."""


class ResidentNames:
    """Pseudonyms derived from a secret of the keys, which is read once."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def pseudonym(self, resident: str, case: str) -> str:
        """Return the pseudonym of a resident in one case: it reveals the messenger, and isn't linked to other cases.

        Args:
            resident: conversation id, `<messenger instance>.<random>`; "" for none. A pseudonym is returned unchanged.
            case: subject of the pseudonym, such as `tip:<id>`.
        """
        messenger, _, id = resident.rpartition(".")
        if not resident or id.startswith(_PSEUDONYM):
            return resident
        return f"{messenger}.{_PSEUDONYM}{self._hash('pseudonym', case, resident, size=_PSEUDONYM_BYTES)}"

    def mark(self, resident: str, place: str) -> str:
        """Return the value of a clear column that names a resident in one place; see `PersonColumn`."""
        return self._hash("mark", place, resident, size=_MARK_BYTES)

    def alias(self, kind: str, id: str, version: int) -> str:
        """Return the journal alias of a record (`has_alias`), different in each version.

        So a reader of the journal alone can't link an entry with a conversation and a case to other entries of the same
        resident. With the keys and the record, a comparison can still match an entry to its record.
        """
        return self._hash("alias", kind, id, str(version), size=_ALIAS_BYTES)

    def key_hash(self, name: str, hash: str) -> str:
        """Return a keyed hash of a hash, different for each name; it can't be computed from the storage alone."""
        return self._hash("hash", name, hash, size=_HASH_BYTES)

    def digest(self, ids: Iterable[str]) -> str:
        """Return a keyed digest of ids in any order, including conversation ids."""
        return self._hash("digest", *sorted(ids), size=_HASH_BYTES)

    def _hash(self, *parts: str, size: int) -> str:
        return blake2b("\0".join(parts).encode(), key=self._secret, digest_size=size).hexdigest()

    @cached_property
    def _secret(self) -> bytes:
        return sha256(self._keys.blind("names", "residents").encode()).digest()


def has_alias(kind: str, id: str) -> bool:
    """Return whether the journal uses an alias for a record, since its id is a conversation id."""
    return kind in UNINDEXED_KINDS or (kind == PURGE_ORDER_KIND and is_talk_scope(id))


def is_alias(kind: str, id: str) -> bool:
    """Return whether an id in the journal is an alias; earlier versions used plain ids for some records."""
    return (kind in UNINDEXED_KINDS and "." not in id) or (kind == PURGE_ORDER_KIND and ":" not in id)


def is_talk_scope(scope: str) -> bool:
    """Return whether an erasure scope encrypts an identity, or messages without a case."""
    return scope.partition(":")[0] in _TALK_SCOPES


def journal_scope(scope: str) -> str:
    """Return an erasure scope as journal facts name it: only its kind for a conversation scope."""
    return scope.partition(":")[0] if is_talk_scope(scope) else scope


def name_recipient(names: ResidentNames, conversation: str, row: NewOutbox | OutboxRow) -> str:
    """Return the pseudonym that replaces the conversation in a closed row, unique to the record of the row."""
    return names.pseudonym(conversation, row.cause or f"outbox:{row.id}")


def name_author(names: ResidentNames, conversation: str, row: InboxRow) -> str:
    """Return the pseudonym that replaces the conversation in a processed event, unique to the event."""
    return names.pseudonym(conversation, f"inbox:{row.id}")


def is_recipient(names: ResidentNames, conversation: str, row: OutboxRow) -> bool:
    """Return whether a row is sent, or was sent, to a conversation."""
    return row.conversation in (conversation, name_recipient(names, conversation, row))
