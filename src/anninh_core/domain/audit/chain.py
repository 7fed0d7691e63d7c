"""The hash chain of the journal: verified in the store, or outside of it on exported lines."""

import re
from collections.abc import Iterable, Iterator

import msgspec
from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.changes import GENESIS, JournalLine, chain_hash

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")


@frozen(kw_only=True)
class ChainVerdict:
    """The result of verifying the chain.

    Attributes:
        ok: whether every line follows from the one before.
        seq, hash: the last valid line; start the next verification from here.
        broken_at: number of the first line that doesn't, 0 for none.
        why: what is wrong with it, in a sentence.
    """

    ok: bool
    seq: int
    hash: str
    broken_at: int = 0
    why: str = ""


def verify_chain(lines: Iterable[JournalLine], *, after: int = 0, hash: str = GENESIS) -> ChainVerdict:
    """Verify lines that follow one already trusted.

    Args:
        lines: in order, without gaps, beginning right after the trusted line.
        after: number of the trusted line; 0 begins with the first.
        hash: the trusted line's hash.
    """
    seq, head = after, hash
    for line in lines:
        if why := _describe_break(line, seq, head):
            return ChainVerdict(ok=False, seq=seq, hash=head, broken_at=seq + 1, why=why)
        seq, head = line.seq, line.hash
    return ChainVerdict(ok=True, seq=seq, hash=head)


def _describe_break(line: JournalLine, seq: int, head: str) -> str:
    if line.seq != seq + 1:
        return f"line {seq + 1} is missing: line {line.seq} stands in its place"
    if line.previous != head:
        return f"line {line.seq} names another line before it: one was altered, taken out or put in"
    if line.hash != chain_hash(line.previous, line.content):
        return f"the content of line {line.seq} was altered"
    return ""


def export_line(line: JournalLine) -> bytes:
    """Return a line as it is exported: one line of JSON, its content as text that was hashed byte by byte."""
    fields = {"seq": line.seq, "previous": line.previous, "hash": line.hash, "content": line.content.decode()}
    return msgspec.json.encode(fields)


def parse_line(text: bytes | str, number: int) -> JournalLine:
    """Return the journal line of an exported one.

    Args:
        text: one line of JSON.
        number: where it stands in the file, for the message.

    Raises:
        BadInput: it isn't an exported line.
    """
    try:
        exported_line = _LINE_DECODER.decode(text)
    except msgspec.MsgspecError as error:
        raise BadInput(f"line {number} of the export is no journal line: {error}; export it again") from None
    if (
        exported_line.seq < 1
        or not _SHA256_HEX.fullmatch(exported_line.previous)
        or not _SHA256_HEX.fullmatch(exported_line.hash)
    ):
        raise BadInput(f"line {number} of the export has no number or no SHA-256; export it again")
    return JournalLine(
        seq=exported_line.seq,
        previous=exported_line.previous,
        hash=exported_line.hash,
        content=exported_line.content.encode(),
    )


def verify_export(lines: Iterable[bytes | str], *, after: int = 0, hash: str = GENESIS) -> ChainVerdict:
    """Verify exported lines without any store or key; arguments as in `verify_chain`.

    Raises:
        BadInput: a line can't be read at all.
    """
    return verify_chain(_parse_lines(lines), after=after, hash=hash)


def _parse_lines(lines: Iterable[bytes | str]) -> Iterator[JournalLine]:
    for number, line in enumerate(lines, 1):
        yield parse_line(line, number)


@frozen
class _ExportedLine:
    seq: int
    previous: str
    hash: str
    content: str


_LINE_DECODER = msgspec.json.Decoder(_ExportedLine)
