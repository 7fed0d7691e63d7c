"""The hash chain of the journal, which is verified in the storage, or elsewhere on exported lines."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec
from attrs import frozen

from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.errors import BadInput, StorageError
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.storages.changes import GENESIS, JournalLine, chain_hash
from anninh_core.usecase.views import view

_LOOKAHEAD = 2000
"""Number of lines after a break that are read to find out the cause of the break."""

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")


@view
class ChainVerdict:
    """The result of verifying the chain.

    Attributes:
        ok: whether every line follows from the previous line.
        seq, hash: last valid line; start the next verification from here.
        broken_at: number of the first invalid line, 0 for none.
        why: what makes the line invalid, in a sentence.
    """

    ok: bool
    seq: int
    hash: str
    broken_at: int = 0
    why: str = ""


def verify_chain(lines: Iterable[JournalLine], *, after: int = 0, hash: str = GENESIS) -> ChainVerdict:
    """Verify lines that follow a trusted line.

    Args:
        lines: in order, without gaps, beginning right after the trusted line.
        after: number of the trusted line; 0 to begin with the first line.
        hash: hash of the trusted line.
    """
    seq = after
    head = hash
    before = ""
    following = iter(lines)
    for line in following:
        if not _is_successor(line, seq, head):
            place, why = _Break(line, tuple(islice(following, _LOOKAHEAD)), seq, head, before).describe()
            return ChainVerdict(
                ok=False, seq=place - 1, hash=before if place == seq else head, broken_at=place, why=why
            )
        seq, head, before = line.seq, line.hash, head
    return ChainVerdict(ok=True, seq=seq, hash=head)


def _is_successor(line: JournalLine, seq: int, head: str) -> bool:
    return line.seq == seq + 1 and line.previous == head and line.hash == chain_hash(head, line.content)


@frozen
class _Break:
    """A break of the chain, with the lines after it, which show its cause.

    Attributes:
        line: first line that doesn't follow from the line before it.
        ahead: lines after it.
        seq, head, before: number and hash of the last valid line, and the hash before that.
    """

    line: JournalLine
    ahead: tuple[JournalLine, ...]
    seq: int
    head: str
    before: str

    def describe(self) -> tuple[int, str]:
        """Return the number of the first wrong line, and the cause of the break."""
        expected = self.seq + 1
        if self.line.seq != expected:
            return expected, self._describe_gap(expected)
        if self.line.previous != self.head:
            return self._describe_wrong_predecessor(expected)
        if self.ahead and self.ahead[0].previous == chain_hash(self.line.previous, self.line.content):
            return expected, Sentence("the hash of line {line} was altered", line=expected)
        return expected, Sentence("the content of line {line} was altered", line=expected)

    def _describe_gap(self, expected: int) -> str:
        if any(line.seq == expected for line in self.ahead):
            return Sentence("line {line} was moved: line {other} is in its place", line=expected, other=self.line.seq)
        if self.line.seq < expected:
            return Sentence("line {line} was inserted: it is there twice", line=self.line.seq)
        return Sentence("line {line} is missing: line {other} is in its place", line=expected, other=self.line.seq)

    def _describe_wrong_predecessor(self, expected: int) -> tuple[int, str]:
        # The line follows from the line before the last valid line, so the last valid line was inserted.
        if self.line.previous == self.before:
            return self.seq, Sentence(
                "line {line} was inserted: line {next_line} follows from line {line_before}",
                line=self.seq,
                next_line=expected,
                line_before=self.seq - 1,
            )
        if any(line.previous == self.head for line in self.ahead):  # The line that belongs here comes later.
            if any(line.hash == self.line.previous for line in self.ahead):
                return expected, Sentence("line {line} was moved: it follows from a later line", line=expected)
            return expected, Sentence(
                "line {line} was inserted: a later line follows from line {line_before}",
                line=expected,
                line_before=self.seq,
            )
        return expected, Sentence(
            "line {line} names another line before it: one was altered, removed or inserted", line=expected
        )


def export_line(line: JournalLine) -> bytes:
    """Return a line in its export form: one line of JSON with the hashed content as text, byte for byte.

    Raises:
        StorageError: the content was altered and isn't text any more.
    """
    try:
        content = line.content.decode()
    except UnicodeDecodeError as error:
        raise StorageError(
            "Line {line} of the audit log isn't text any more because it was altered: run {act:audit.verify}.",
            line=line.seq,
        ) from error
    fields = {"seq": line.seq, "previous": line.previous, "hash": line.hash, "content": content}
    return msgspec.json.encode(fields)


def parse_line(text: bytes | str, number: int) -> JournalLine:
    """Return the journal line of an exported line.

    Args:
        text: one line of JSON.
        number: line number in the file, for the message.

    Raises:
        BadInput: it isn't an exported line.
    """
    try:
        exported_line = _LINE_DECODER.decode(text)
    except DECODE_ERRORS as error:
        raise BadInput(
            "Line {line} of the export isn't a line of the audit log ({reason}): export it again with "
            "{act:audit.export}.",
            line=number,
            reason=describe_decode_error(error, text),
        ) from None
    if (
        exported_line.seq < 1
        or not _SHA256_HEX.fullmatch(exported_line.previous)
        or not _SHA256_HEX.fullmatch(exported_line.hash)
    ):
        raise BadInput(
            "Line {line} of the export has no valid number or no valid SHA-256: export it again with "
            "{act:audit.export}.",
            line=number,
        )
    return JournalLine(
        seq=exported_line.seq,
        previous=exported_line.previous,
        hash=exported_line.hash,
        content=exported_line.content.encode(),
    )


def verify_export(lines: Iterable[bytes | str], *, after: int = 0, hash: str = GENESIS) -> ChainVerdict:
    """Verify exported lines without storage or keys; arguments as in `verify_chain`.

    Raises:
        BadInput: a line can't be parsed.
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
