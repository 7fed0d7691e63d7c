"""A file of heads: JSON Lines with everything that is needed to check them, and nothing secret."""

from base64 import b64encode
from collections.abc import Iterable, Sequence

import msgspec
from attrs import evolve, frozen

from anninh_core.domain.audit.heads.model import SignedHead, SignedHeadView, by_id
from anninh_core.kernel.crypto.signing import PublicKey, find_uncertified
from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.errors import BadInput, TooLarge
from anninh_core.kernel.text import quote, visible
from anninh_core.usecase.views import make_view, view

FORMAT = 1
MAX_BYTES = 64 << 20
"""A file of heads is refused beyond this; one head takes about half a kilobyte."""


@view
class PublicKeyView:
    """A public key that signs heads, and who says that it follows the one before.

    Attributes:
        id: the fingerprint: 32 hex digits, to be compared over another channel.
        key: 32 bytes in Base64.
        certified_by: id of the key before it; "" for the first.
        certificate: signature of the key before it over this one, in Base64; "" for the first.
    """

    id: str
    key: str
    certified_by: str
    certificate: str


@view
class HeadFileView:
    """Heads of one journal by number, and the keys that signed them, each certified by the one before."""

    authority: str
    store: str
    keys: tuple[PublicKeyView, ...]
    heads: tuple[SignedHeadView, ...]


@frozen(kw_only=True)
class HeadFile:
    """Heads of one journal, and the keys that signed them.

    Attributes:
        keys: oldest first, each certified by the one before.
        heads: by number.
        authority: name of the authority whose journal it is.
        store: id of the storage that the journal is in.
    """

    authority: str
    store: str
    keys: tuple[PublicKey, ...] = ()
    heads: tuple[SignedHead, ...] = ()

    def to_view(self) -> HeadFileView:
        """Return what may leave: all of it."""
        return make_view(HeadFileView, self, keys=tuple(map(_show_key, self.keys)))

    def merged(self, other: "HeadFile") -> "HeadFile":
        """Return the heads of two files of one journal.

        Raises:
            BadInput: they are of two journals, or their keys don't continue each other.
        """
        if (self.authority, self.store) != (other.authority, other.store):
            raise BadInput(
                "The heads belong to two audit logs, one of {authority} in storage {store} and one of "
                "{second_authority} in storage {second_store}: verify each log with its own heads.",
                authority=quote(self.authority),
                store=visible(self.store[:16]),
                second_authority=quote(other.authority),
                second_store=visible(other.store[:16]),
            )
        keys = max(self.keys, other.keys, key=len)
        if self.keys != keys[: len(self.keys)] or other.keys != keys[: len(other.keys)]:
            raise BadInput(
                "The files of heads name different signing keys, so one of them isn't from this authority: "
                "leave that file out."
            )
        heads = {head.digest: head for head in (*self.heads, *other.heads)}
        return evolve(self, keys=keys, heads=tuple(sorted(heads.values(), key=lambda head: (head.number, head.at))))


def _show_key(key: PublicKey) -> PublicKeyView:
    return make_view(
        PublicKeyView, key, key=b64encode(key.key).decode(), certificate=b64encode(key.certificate).decode()
    )


def encode_head_file(file: HeadFile) -> bytes:
    """Return a file's bytes."""
    lines: list[object] = [
        _Line(anninh="heads", format=FORMAT, authority=file.authority, store=file.store),
        *(_Line(key=key) for key in file.keys),
        *(_Line(head=head) for head in file.heads),
    ]
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def parse_head_file(data: bytes) -> HeadFile:
    """Read a file of heads and check everything in it that can be checked without a journal.

    Raises:
        BadInput: it isn't one; a key isn't certified, a signature wrong, or a head doesn't follow from the one before.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(
            "A file of heads can have at most {most:,} bytes, but this one has {count:,}.",
            limit=MAX_BYTES,
            most=MAX_BYTES,
            count=len(data),
        )
    lines = [_decode(line, number) for number, line in enumerate(data.splitlines(), 1)]
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
    _check(file)
    return file


def merge_head_files(files: Iterable[HeadFile]) -> HeadFile | None:
    """Return all heads as of one file, None for none; `BadInput` as for `HeadFile.merged`."""
    merged: HeadFile | None = None
    for file in files:
        merged = file if merged is None else merged.merged(file)
    return merged


def _check(file: HeadFile) -> None:
    if (wrong := find_uncertified(file.keys)) is not None:
        raise BadInput("Signing key {key} isn't certified by the one before it: the file was altered.", key=wrong.id)
    known = by_id(file.keys)
    for head in file.heads:
        if (head.authority, head.store) != (file.authority, file.store):
            raise BadInput(
                "Head {head} isn't from the audit log that the file names: the file was altered.", head=head.number
            )
        if not head.is_genuine(known):
            raise BadInput(
                "Head {head} isn't signed by key {key} of the file: it was altered or forged.",
                head=head.number,
                key=quote(head.key),
            )
    _check_links(file.heads)


def _check_links(heads: Sequence[SignedHead]) -> None:
    """Check that each head follows from one of the number before, if the file has any, and that numbers are given once.

    Only after a break there may be more of a number: those that were lost, and those that came in their place.
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


def _decode(line: bytes, number: int) -> "_Line":
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
