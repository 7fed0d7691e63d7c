"""Signed heads: where the journal stood at a moment, in a form that proves it where it is kept."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

import msgspec
from attrs import evolve, frozen

from anninh_core.kernel.crypto.signing import PublicKey, verify_signature
from anninh_core.ports.keys import Keys, SigningKeys
from anninh_core.ports.storages.changes import GENESIS
from anninh_core.usecase.views import make_view, view

PURPOSE = "journal head"
"""What heads are signed for."""


class BreakReason(StrEnum):
    """Why a journal goes on from an earlier line than it once had."""

    RESTORE = "restore"
    """Filled from a backup."""
    BUNDLE = "bundle"
    """Moved in a bundle."""
    BEHIND = "behind"
    """Found at work: it ends before what was noted outside of the storage."""
    DIVERGED = "diverged"
    """Found at work: it has another line where one was noted."""
    REPLACED = "replaced"
    """Found at work: another journal than the one that was noted."""
    UNNOTED = "unnoted"
    """Found at work: nothing was noted of it any more, so that it may be an older copy."""


@view
class ContinuationView:
    """What is known to be lost before a head."""

    reason: BreakReason
    seen_seq: int
    seen_hash: str
    lost: int | None


@frozen(kw_only=True)
class Continuation:
    """What is known to be lost before a head.

    Attributes:
        seen_seq, seen_hash: the furthest line that anything outside of the storage knows of; 0 for none.
        lost: lines known to be lost, at least; None where nobody can know.
    """

    reason: BreakReason
    seen_seq: int = 0
    seen_hash: str = GENESIS
    lost: int | None = None

    def to_view(self) -> ContinuationView:
        """Return what may leave."""
        return make_view(ContinuationView, self)


@view
class SignedHeadView:
    """The journal's head at a moment, signed: it is made to be kept elsewhere. It is never changed: it has no version.

    Attributes:
        signature: over all the rest, in Base64; "" for an unsigned one.
        digest: SHA-256 of the whole head.
    """

    number: int
    authority: str
    store: str
    seq: int
    hash: str
    at: datetime
    previous: str
    continues: ContinuationView | None
    key: str
    signature: str
    digest: str


@frozen(kw_only=True)
class SignedHead:
    """The journal's head at a moment.

    Attributes:
        number: 1 for the first of a journal; each is one more.
        authority: root unit.
        store: names the journal: the hash of its first line.
        seq, hash: the last line; everything before it follows from the hash.
        at: when it was made, in UTC.
        previous: `digest` of the head before; `GENESIS` for the first.
        continues: for a head from which the journal goes on after a break; None for all others.
        key: id of the key that signed it; "" for a keeper of keys that can't sign.
        signature: over all the rest; empty for an unsigned one.
    """

    number: int
    authority: str
    store: str
    seq: int
    hash: str
    at: datetime
    previous: str = GENESIS
    continues: Continuation | None = None
    key: str = ""
    signature: bytes = b""

    def to_view(self) -> SignedHeadView:
        """Return what may leave: all of it."""
        return make_view(SignedHeadView, self, signature=b64encode(self.signature).decode())

    @property
    def id(self) -> str:
        """The number, as text."""
        return str(self.number)

    @property
    def statement(self) -> bytes:
        """What is signed."""
        return encode_head(evolve(self, signature=b""))

    @property
    def digest(self) -> str:
        """SHA-256 of the whole head, for the next one."""
        return sha256(encode_head(self)).hexdigest()

    @property
    def is_signed(self) -> bool:
        """Whether a key is named that signed it."""
        return bool(self.key)

    def is_genuine(self, keys: Mapping[str, PublicKey]) -> bool:
        """Whether its signature was made by the key that it names, one of these; always, for an unsigned one."""
        if not self.is_signed:
            return not self.signature
        key = keys.get(self.key)
        return key is not None and verify_signature(key, PURPOSE, self.statement, self.signature)


def sign_head(head: SignedHead, keys: Keys) -> SignedHead:
    """Return a head signed by a keeper of keys, or as it is if the keeper can't."""
    if not isinstance(keys, SigningKeys):
        return head
    keys.sign(PURPOSE, b"")  # makes the key where there is none: a head names its own
    named = evolve(head, key=keys.public_keys()[-1].id)
    signed = keys.sign(PURPOSE, named.statement)
    return evolve(named, signature=signed.signature) if signed.key == named.key else sign_head(head, keys)


def public_keys(keys: Keys) -> tuple[PublicKey, ...]:
    """Return the public keys of a keeper, oldest first; none of one that can't sign."""
    return tuple(keys.public_keys()) if isinstance(keys, SigningKeys) else ()


def by_id(keys: Iterable[PublicKey]) -> Mapping[str, PublicKey]:
    """Return keys by their ids."""
    return {key.id: key for key in keys}


def encode_head(head: SignedHead) -> bytes:
    """Return a head as canonical JSON, its time in UTC."""
    return msgspec.json.encode(evolve(head, at=head.at.astimezone(UTC)), order="sorted")


def decode_head(data: bytes | str) -> SignedHead:
    """Return the head of `encode_head`; `DECODE_ERRORS` of the kernel for anything else."""
    return _DECODER.decode(data)


_DECODER = msgspec.json.Decoder(SignedHead)
