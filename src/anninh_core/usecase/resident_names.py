"""Pseudonyms of residents and conversations outside the vault. They are keyed hashes, so that guesses can't be tested.

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
_PSEUDONYM = "p-"  # No id has this prefix.
PURGE_ORDER_KIND = "tombstone"
"""Kind of a purge order; the order's id is the purged scope."""

_TALK_SCOPES = ("identity", "conversation", "talk")
"""Kinds of erasure scopes whose id is a conversation id, or begins with one."""


class ResidentNames:
    """Makes pseudonyms from a secret that is derived from the keys and read once."""

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
        """Return the value that a clear column has for a resident in one place; see `PersonColumn`."""
        return self._hash("mark", place, resident, size=_MARK_BYTES)

    def alias(self, kind: str, id: str, version: int) -> str:
        """Return the alias of a record in the journal (see `has_alias`), which is different in each version.

        So a reader of the journal alone can't link an entry with a conversation and a case to other entries of the same
        resident. With the keys and the record, a comparison can still match an entry to its record.
        """
        return self._hash("alias", kind, id, str(version), size=_ALIAS_BYTES)

    def key_hash(self, name: str, hash: str) -> str:
        """Return a keyed hash of `hash`, which is different for each name and can't be computed from the storage
        alone.
        """
        return self._hash("hash", name, hash, size=_HASH_BYTES)

    def digest(self, ids: Iterable[str]) -> str:
        """Return a keyed digest of ids, which may be conversation ids and may come in any order."""
        return self._hash("digest", *sorted(ids), size=_HASH_BYTES)

    def _hash(self, *parts: str, size: int) -> str:
        return blake2b("\0".join(parts).encode(), key=self._secret, digest_size=size).hexdigest()

    @cached_property
    def _secret(self) -> bytes:
        return sha256(self._keys.blind("names", "residents").encode()).digest()


def has_alias(kind: str, id: str) -> bool:
    """Return whether the journal uses an alias for a record, because the record's id is a conversation id."""
    return kind in UNINDEXED_KINDS or (kind == PURGE_ORDER_KIND and is_talk_scope(id))


def is_alias(kind: str, id: str) -> bool:
    """Return whether an id in the journal is an alias; earlier versions used plain ids for some records."""
    return (kind in UNINDEXED_KINDS and "." not in id) or (kind == PURGE_ORDER_KIND and ":" not in id)


def is_talk_scope(scope: str) -> bool:
    """Return whether an erasure scope encrypts an identity, or messages without a case."""
    return scope.partition(":")[0] in _TALK_SCOPES


def shorten_scope_for_journal(scope: str) -> str:
    """Return an erasure scope in the form that facts in the journal use: a conversation's scope is shortened to its
    kind.
    """
    return scope.partition(":")[0] if is_talk_scope(scope) else scope


def build_recipient_name(names: ResidentNames, conversation: str, row: NewOutbox | OutboxRow) -> str:
    """Return the pseudonym that replaces the conversation id in a closed outbox row, unique to the record of the
    row.
    """
    return names.pseudonym(conversation, row.cause or f"outbox:{row.id}")


def build_author_name(names: ResidentNames, conversation: str, row: InboxRow) -> str:
    """Return the pseudonym that replaces the conversation id in a processed event, unique to the event."""
    return names.pseudonym(conversation, f"inbox:{row.id}")


def is_recipient(names: ResidentNames, conversation: str, row: OutboxRow) -> bool:
    """Return whether an outbox row is to be sent, or was sent, to a conversation."""
    return row.conversation in (conversation, build_recipient_name(names, conversation, row))
