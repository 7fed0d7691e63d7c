"""Verification of a whole file before it is used."""

from anninh_core.app.backup.backup import BLOBS_PART
from anninh_core.app.backup.container import FileReader
from anninh_core.app.backup.row_codec import JOURNAL_PART, decode_rows, holds_rows
from anninh_core.kernel.errors import StorageError
from anninh_core.ports.changes import GENESIS, JournalLine, chain_hash


def verify(file: FileReader) -> None:
    """Read all of a file: checksums of the parts, every row, the chain of the trail, the name of every blob.

    Raises:
        StorageError: something doesn't fit; the part is named.
    """
    file.require_complete()
    for part in file.manifest.parts:
        if part.name == BLOBS_PART:
            count = sum(1 for _ in file.blobs(part.name))
        elif holds_rows(part.name):
            count = _verify_rows(file, part.name)
        else:
            file.read_part(part.name)
            count = part.count
        if count != part.count:
            raise StorageError(f"{file.path}: part {part.name!r} holds {count}, not {part.count}; use another copy")
    if JOURNAL_PART not in {part.name for part in file.manifest.parts}:
        _check_chain_end(file, 0, GENESIS)


def _verify_rows(file: FileReader, name: str) -> int:
    seq, previous_hash = 0, GENESIS
    count = 0
    for row in decode_rows(name, file.lines(name), file.manifest.format):
        count += 1
        if isinstance(row, JournalLine):
            if (row.seq, row.previous, row.hash) != (seq + 1, previous_hash, chain_hash(previous_hash, row.content)):
                raise StorageError(
                    f"{file.path}: journal line {row.seq} doesn't follow from line {seq}: the trail was altered before "
                    "the file was written; compare with heads that were kept elsewhere"
                )
            seq, previous_hash = row.seq, row.hash
    if name == JOURNAL_PART:
        _check_chain_end(file, seq, previous_hash)
    return count


def _check_chain_end(file: FileReader, seq: int, hash: str) -> None:
    if (seq, hash) != (file.manifest.journal_seq, file.manifest.journal_hash):
        raise StorageError(f"{file.path}: the trail doesn't end as the manifest says; use another copy")
