"""The files that are sent to a custodian's own machine and back: requests for a field, and keys to be wrapped for a new
key.
"""

from datetime import datetime
from typing import TypeVar

import msgspec
from attrs import field, frozen

from anninh_core.domain.identity.states import IdentityField
from anninh_core.kernel.crypto.signing import PublicKey
from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import quote_text

T = TypeVar("T")

SIGNED = "identity request"
"""Purpose that the signature of a request is bound to."""

REQUEST = "anninh identity request 1"
ANSWER = "anninh identity answer 1"
BATCH = "anninh rewrap request 1"
REWRAPPED = "anninh rewrap answer 1"


@frozen(kw_only=True)
class DetailRequest:
    """A request to a custodian to open a field; it travels encrypted to that custodian.

    Attributes:
        purpose, ground: reasons in the requesting officer's words, for the custodian to judge.
        reader: public key, made for this request, that the answer is encrypted to.
        until: end of the time in which it may be answered.
        ciphertext, wrap: the encrypted details, and their key as wrapped for the custodian.
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
    """An encrypted request or answer.

    Attributes:
        format: one of the format names of this module.
        about: id of the disclosure.
        key: id of the public key that it is encrypted to.
        signers: the authority's public keys, oldest first; the last one signed a request. Empty if its key keeper can't
            sign, and in answers.
        signature: over all fields except the signers.
    """

    format: str
    about: str
    key: str
    sealed: bytes = field(repr=False)
    signers: tuple[PublicKey, ...] = ()
    signature: bytes = field(default=b"", repr=False)

    @property
    def bound_to(self) -> str:
        """Context that the ciphertext is bound to."""
        return f"{self.format} {self.about}"

    @property
    def signed_bytes(self) -> bytes:
        """Bytes that the signature covers."""
        return f"{self.bound_to} {self.key} ".encode() + self.sealed


@frozen(kw_only=True)
class DetailAnswer:
    """A field, as a custodian opened it; it travels encrypted to the reader's key."""

    disclosure: str
    field: IdentityField
    values: tuple[str, ...]


@frozen(kw_only=True)
class RewrapItem:
    """The key of an envelope of personal details, wrapped for one holder; without the details.

    Attributes:
        proof: on the way back, proof that the holder who wrapped it can open the envelope.
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


def encode_file(file: object) -> bytes:
    """Return a file as JSON bytes."""
    return msgspec.json.encode(file)


def decode_file(data: bytes, decoder: msgspec.json.Decoder[T], *formats: str) -> T:
    """Return a file decoded from its bytes.

    Raises:
        BadInput: the data can't be decoded, or has another format.
    """
    expected_format = formats[0] if formats else "a custodian's"
    try:
        decoded = decoder.decode(data)
    except DECODE_ERRORS as error:
        raise BadInput(
            "This isn't a file of format {expected!r} ({reason}): use the right file, or have it made again.",
            expected=expected_format,
            reason=describe_decode_error(error, data),
        ) from error
    file_format = getattr(decoded, "format", "")
    if formats and file_format not in formats:
        raise BadInput(
            "This file has the format {format}, not {expected!r}: use the right file.",
            format=quote_text(file_format),
            expected=expected_format,
        )
    return decoded


SEALED_FILE = msgspec.json.Decoder(SealedFile)
DETAIL_REQUEST = msgspec.json.Decoder(DetailRequest)
DETAIL_ANSWER = msgspec.json.Decoder(DetailAnswer)
REWRAP_FILE = msgspec.json.Decoder(RewrapFile)
