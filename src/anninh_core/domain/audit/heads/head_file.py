"""The file format of heads: JSON Lines with the heads and the public keys needed to check them, and no secrets."""

from base64 import b64encode
from collections.abc import Iterable, Sequence

import msgspec
from attrs import evolve, frozen

from anninh_core.domain.audit.heads.model import SignedHead, SignedHeadView, index_by_id
from anninh_core.kernel.crypto.signing import PublicKey, find_uncertified_key
from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.errors import BadInput, TooLarge
from anninh_core.kernel.text import make_visible, quote_text
from anninh_core.usecase.views import make_view, view

FORMAT = 1
MAX_BYTES = 64 << 20
"""Largest size of a file of heads; a head takes about half a kilobyte."""


@view
class PublicKeyView:
    """A public key that signs heads, with its certificate by the previous key.

    Attributes:
        id: fingerprint of 32 hex digits, to be compared over another channel.
        key: 32 bytes in Base64.
        certified_by: id of the previous key; "" for the first.
        certificate: signature of the previous key over this key, in Base64; "" for the first.
    """

    id: str
    key: str
    certified_by: str
    certificate: str


@view
class HeadFileView:
    """Heads of one journal by number, and the keys that signed them, each certified by the previous key."""

    authority: str
    store: str
    keys: tuple[PublicKeyView, ...]
    heads: tuple[SignedHeadView, ...]


@frozen(kw_only=True)
class HeadFile:
    """Heads of one journal, and the keys that signed them.

    Attributes:
        keys: oldest first, each certified by the previous key.
        heads: by number.
        authority: root unit of the journal's authority.
        store: name of the journal: the hash of its first line.
    """

    authority: str
    store: str
    keys: tuple[PublicKey, ...] = ()
    heads: tuple[SignedHead, ...] = ()

    def to_view(self) -> HeadFileView:
        """Return the view of the file, with all its content."""
        return make_view(HeadFileView, self, keys=tuple(map(_build_key_view, self.keys)))

    def merged(self, other: "HeadFile") -> "HeadFile":
        """Return the heads of two files of one journal.

        Raises:
            BadInput: the files belong to two journals, or their keys don't continue each other.
        """
        if (self.authority, self.store) != (other.authority, other.store):
            raise BadInput(
                "The heads belong to two audit logs, one of {authority} in storage {store} and one of "
                "{second_authority} in storage {second_store}: verify each log with its own heads.",
                authority=quote_text(self.authority),
                store=make_visible(self.store[:16]),
                second_authority=quote_text(other.authority),
                second_store=make_visible(other.store[:16]),
            )
        keys = max(self.keys, other.keys, key=len)
        if self.keys != keys[: len(self.keys)] or other.keys != keys[: len(other.keys)]:
            raise BadInput(
                "The files of heads name different signing keys, so one of them isn't from this authority: "
                "leave that file out."
            )
        heads = {head.digest: head for head in (*self.heads, *other.heads)}
        return evolve(self, keys=keys, heads=tuple(sorted(heads.values(), key=lambda head: (head.number, head.at))))


def _build_key_view(key: PublicKey) -> PublicKeyView:
    return make_view(
        PublicKeyView, key, key=b64encode(key.key).decode(), certificate=b64encode(key.certificate).decode()
    )


def encode_head_file(file: HeadFile) -> bytes:
    """Return the content of a file of heads."""
    lines: list[object] = [
        _Line(anninh="heads", format=FORMAT, authority=file.authority, store=file.store),
        *(_Line(key=key) for key in file.keys),
        *(_Line(head=head) for head in file.heads),
    ]
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def parse_head_file(data: bytes) -> HeadFile:
    """Parse a file of heads and check signatures, certificates and links, which needs no journal.

    Raises:
        BadInput: it isn't a file of heads, a key isn't certified, a signature is wrong, or a head doesn't follow from
            the previous one.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(
            "A file of heads can have at most {most:,} bytes, but this one has {count:,}.",
            limit=MAX_BYTES,
            most=MAX_BYTES,
            count=len(data),
        )
    lines = [_decode_line(line, number) for number, line in enumerate(data.splitlines(), 1)]
    if not lines or lines[0].anninh != "heads":
        raise BadInput("The first line shows that this isn't a file of heads: make one with {act:audit.export_heads}.")
    if lines[0].format > FORMAT:
        raise BadInput(
            "The file of heads has format {format}, but this version reads formats up to {newest}: update anninh.",
            format=lines[0].format,
            newest=FORMAT,
        )
    file = HeadFile(
        authority=lines[0].authority,
        store=lines[0].store,
        keys=tuple(line.key for line in lines if line.key is not None),
        heads=tuple(line.head for line in lines if line.head is not None),
    )
    _check_head_file(file)
    return file


def merge_head_files(files: Iterable[HeadFile]) -> HeadFile | None:
    """Return one file with the heads of all files, or None without files; raise `BadInput` as `HeadFile.merged`."""
    merged: HeadFile | None = None
    for file in files:
        merged = file if merged is None else merged.merged(file)
    return merged


def _check_head_file(file: HeadFile) -> None:
    if (uncertified := find_uncertified_key(file.keys)) is not None:
        raise BadInput(
            "Signing key {key} isn't certified by the one before it: the file was altered.", key=uncertified.id
        )
    keys_by_id = index_by_id(file.keys)
    for head in file.heads:
        if (head.authority, head.store) != (file.authority, file.store):
            raise BadInput(
                "Head {head} isn't from the audit log that the file names: the file was altered.", head=head.number
            )
        if not head.is_genuine(keys_by_id):
            raise BadInput(
                "Head {head} isn't signed by key {key} of the file: it was altered or forged.",
                head=head.number,
                key=quote_text(head.key),
            )
    _check_links(file.heads)


def _check_links(heads: Sequence[SignedHead]) -> None:
    """Check that each head follows from a head with the previous number, if the file has any, and that numbers are
    unique.

    Only after a break may several heads have one number: the heads that were lost, and the heads that replaced them.
    """
    of_number: dict[int, dict[str, SignedHead]] = {}
    for head in heads:
        of_number.setdefault(head.number, {})[head.digest] = head
    continued = [head.number for head in heads if head.continues is not None]
    for head in heads:
        earlier = of_number.get(head.number - 1, {})
        before = earlier.get(head.previous)
        follows = not earlier or (before is not None and _is_later(head, before))
        if not follows or len(of_number[head.number]) > 1 + sum(number <= head.number for number in continued):
            raise BadInput(
                "Head {head} doesn't follow from the heads before it: the file was altered.", head=head.number
            )


def _is_later(head: SignedHead, before: SignedHead) -> bool:
    return head.at >= before.at and (head.seq >= before.seq or head.continues is not None)


def _decode_line(line: bytes, number: int) -> "_Line":
    try:
        return _LINE_DECODER.decode(line)
    except DECODE_ERRORS as error:
        raise BadInput(
            "Line {line} isn't a line of a file of heads ({reason}): export it again with {act:audit.export_heads}.",
            line=number,
            reason=describe_decode_error(error, line),
        ) from None


class _Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    anninh: str = ""
    format: int = 0
    authority: str = ""
    store: str = ""
    key: PublicKey | None = None
    head: SignedHead | None = None


_LINE_DECODER = msgspec.json.Decoder(_Line)
