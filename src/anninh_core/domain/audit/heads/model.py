"""Signed heads: the journal's last line at a moment, as proof to be kept elsewhere."""

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
"""Purpose of the signature of a head."""


class BreakReason(StrEnum):
    """Why a journal continues from an earlier line than it once had."""

    RESTORE = "restore"
    """The storage was filled from a backup."""
    BUNDLE = "bundle"
    """The storage was moved in a bundle."""
    BEHIND = "behind"
    """Found during operation: the journal ends before the line that was noted outside of the storage."""
    DIVERGED = "diverged"
    """Found during operation: the journal has another line than the noted line."""
    REPLACED = "replaced"
    """Found during operation: the storage has another journal than the noted journal."""
    UNNOTED = "unnoted"
    """Found during operation: the note about the journal is missing, so that it may be an older copy."""


@view
class ContinuationView:
    """Known loss of lines before a head."""

    reason: BreakReason
    seen_seq: int
    seen_hash: str
    lost: int | None


@frozen(kw_only=True)
class Continuation:
    """Known loss of lines before a head.

    Attributes:
        seen_seq, seen_hash: last line noted outside of the storage; 0 for none.
        lost: minimal number of lost lines; None if unknown.
    """

    reason: BreakReason
    seen_seq: int = 0
    seen_hash: str = GENESIS
    lost: int | None = None

    def to_view(self) -> ContinuationView:
        """Return the view of the loss."""
        return make_view(ContinuationView, self)


@view
class SignedHeadView:
    """The journal's head at a moment, signed, to be kept elsewhere. It is never changed and has no version.

    Attributes:
        signature: signature over all other fields, in Base64; "" for an unsigned head.
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
        number: 1 for the first head of a journal; each later one is higher by 1.
        authority: root unit.
        store: name of the journal: the hash of its first line.
        seq, hash: last line; all lines before it determine the hash.
        at: when the head was made, in UTC.
        previous: `digest` of the previous head; `GENESIS` for the first.
        continues: loss of lines if the journal continues here after a break; None for all other heads.
        key: id of the signing key; "" if the key keeper can't sign.
        signature: signature over all other fields; empty for an unsigned head.
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
        """Return the view of the head, with all its content."""
        return make_view(SignedHeadView, self, signature=b64encode(self.signature).decode())

    @property
    def id(self) -> str:
        """The number of the head, as text."""
        return str(self.number)

    @property
    def statement(self) -> bytes:
        """The bytes that the signature covers."""
        return encode_head(evolve(self, signature=b""))

    @property
    def digest(self) -> str:
        """SHA-256 of the whole head, which the next head contains."""
        return sha256(encode_head(self)).hexdigest()

    @property
    def is_signed(self) -> bool:
        """Whether the head names a signing key."""
        return bool(self.key)

    def is_genuine(self, keys: Mapping[str, PublicKey]) -> bool:
        """Return whether the key that the head names is in `keys` and made its signature; True for an unsigned head."""
        if not self.is_signed:
            return not self.signature
        key = keys.get(self.key)
        return key is not None and verify_signature(key, PURPOSE, self.statement, self.signature)


def sign_head(head: SignedHead, keys: Keys) -> SignedHead:
    """Return a head signed by a key keeper, or unchanged if the keeper can't sign."""
    if not isinstance(keys, SigningKeys):
        return head
    # This call creates the signing key if there is none, because a head contains the id of its key.
    keys.sign(PURPOSE, b"")
    named = evolve(head, key=keys.public_keys()[-1].id)
    signed = keys.sign(PURPOSE, named.statement)
    return evolve(named, signature=signed.signature) if signed.key == named.key else sign_head(head, keys)


def list_public_keys(keys: Keys) -> tuple[PublicKey, ...]:
    """Return the public keys of a key keeper, oldest first; empty if it can't sign."""
    return tuple(keys.public_keys()) if isinstance(keys, SigningKeys) else ()


def index_by_id(keys: Iterable[PublicKey]) -> Mapping[str, PublicKey]:
    """Return a mapping of public keys by their ids."""
    return {key.id: key for key in keys}


def encode_head(head: SignedHead) -> bytes:
    """Return a head as canonical JSON, its time in UTC."""
    return msgspec.json.encode(evolve(head, at=head.at.astimezone(UTC)), order="sorted")


def decode_head(data: bytes | str) -> SignedHead:
    """Return the head that `encode_head` encoded; raise `DECODE_ERRORS` of the kernel for other data."""
    return _DECODER.decode(data)


_DECODER = msgspec.json.Decoder(SignedHead)
