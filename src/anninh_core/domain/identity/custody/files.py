"""The files that go to a custodian's own machine and come back: requests for a field, and keys to be wrapped anew."""

from datetime import datetime
from typing import TypeVar

import msgspec
from attrs import field, frozen

from anninh_core.domain.identity.states import IdentityField
from anninh_core.kernel.crypto.signing import PublicKey
from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import quote

T = TypeVar("T")

SIGNED = "identity request"
"""What the signature of a request is for."""

REQUEST = "anninh identity request 1"
ANSWER = "anninh identity answer 1"
BATCH = "anninh rewrap request 1"
REWRAPPED = "anninh rewrap answer 1"


@frozen(kw_only=True)
class DetailRequest:
    """What a custodian is asked to open; it travels sealed to that custodian.

    Attributes:
        purpose, ground: in the words of the officer who asks, for the custodian to judge.
        reader: public key, made for this one request, to which the answer is sealed.
        until: not answered after this moment.
        ciphertext, wrap: the details, and their key as wrapped for the custodian.
    """

    disclosure: str
    authority: str
    conversation: str
    field: IdentityField
    purpose: str
    ground: str
    requested_by: str
    approved_by: str
    reader: bytes
    until: datetime
    ciphertext: bytes
    wrap: bytes


@frozen(kw_only=True)
class SealedFile:
    """A request or an answer on its way.

    Attributes:
        format: one of the names above.
        about: id of the disclosure.
        key: id of the public key that it is sealed to.
        signers: the authority's public keys, oldest first, the last of which signed a request; none where the keeper of
            its keys can't sign, and in answers.
        signature: over all of it but the signers.
    """

    format: str
    about: str
    key: str
    sealed: bytes = field(repr=False)
    signers: tuple[PublicKey, ...] = ()
    signature: bytes = field(default=b"", repr=False)

    @property
    def bound_to(self) -> str:
        """What its bytes are bound to."""
        return f"{self.format} {self.about}"

    @property
    def signed_bytes(self) -> bytes:
        """What the signature is over."""
        return f"{self.bound_to} {self.key} ".encode() + self.sealed


@frozen(kw_only=True)
class DetailAnswer:
    """One field, as a custodian opened it; it travels sealed to the reader's key."""

    disclosure: str
    field: IdentityField
    values: tuple[str, ...]


@frozen(kw_only=True)
class RewrapItem:
    """Whose details, in which envelope, and the envelope's key as wrapped for one holder; not the details.

    Attributes:
        proof: on the way back, that whoever wrapped it opens the envelope.
    """

    conversation: str
    envelope: str
    wrap: bytes = field(repr=False)
    proof: bytes = field(default=b"", repr=False)


@frozen(kw_only=True)
class RewrapFile:
    """Keys of envelopes: on the way out as wrapped for `holder`, on the way back as wrapped for `key`.

    Attributes:
        key: id of the new key; `public_key` is the key itself.
        holder: id of the key that opens them.
    """

    format: str
    key: str
    public_key: bytes
    holder: str
    items: tuple[RewrapItem, ...]


def encode(file: object) -> bytes:
    """Return a file's bytes."""
    return msgspec.json.encode(file)


def decode(data: bytes, decoder: msgspec.json.Decoder[T], *formats: str) -> T:
    """Return a file by its bytes.

    Raises:
        BadInput: it is no such file, or of another format.
    """
    name = formats[0] if formats else "a custodian's"
    try:
        decoded = decoder.decode(data)
    except DECODE_ERRORS as error:
        raise BadInput(
            "This isn't a file of format {expected!r} ({reason}): use the right file, or have it made again.",
            expected=name,
            reason=describe_decode_error(error, data),
        ) from error
    said = getattr(decoded, "format", "")
    if formats and said not in formats:
        raise BadInput(
            "This file has the format {format}, not {expected!r}: use the right file.",
            format=quote(said),
            expected=name,
        )
    return decoded


SEALED_FILE = msgspec.json.Decoder(SealedFile)
DETAIL_REQUEST = msgspec.json.Decoder(DetailRequest)
DETAIL_ANSWER = msgspec.json.Decoder(DetailAnswer)
REWRAP_FILE = msgspec.json.Decoder(RewrapFile)
