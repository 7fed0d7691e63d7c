"""Looking through a whole file before anything is done with it."""

from anninh_core.app.keeping.backup import BLOBS
from anninh_core.app.keeping.container import FileReader
from anninh_core.app.keeping.lines import JOURNAL, is_of_rows, rows_of
from anninh_core.kernel.errors import StorageError
from anninh_core.ports.changes import GENESIS, JournalLine, chain_hash


def verify(file: FileReader) -> None:
    """Read all of a file: checksums of the parts, every row, the chain of the trail, the name of every blob.

    Raises:
        StorageError: something doesn't fit; the part is named.
    """
    file.require_complete()
    for part in file.manifest.parts:
        if part.name == BLOBS:
            found = sum(1 for _ in file.blobs(part.name))
        elif is_of_rows(part.name):
            found = _rows(file, part.name)
        else:
            file.whole(part.name)
            found = part.count
        if found != part.count:
            raise StorageError(f"{file.path}: part {part.name!r} holds {found}, not {part.count}; use another copy")
    if JOURNAL not in {part.name for part in file.manifest.parts}:
        _compare(file, 0, GENESIS)


def _rows(file: FileReader, name: str) -> int:
    seq, before = 0, GENESIS
    count = 0
    for row in rows_of(name, file.lines(name), file.manifest.format):
        count += 1
        if isinstance(row, JournalLine):
            if (row.seq, row.previous, row.hash) != (seq + 1, before, chain_hash(before, row.content)):
                raise StorageError(
                    f"{file.path}: journal line {row.seq} doesn't follow from line {seq}: the trail was altered before "
                    "the file was written; compare with a signed checkpoint"
                )
            seq, before = row.seq, row.hash
    if name == JOURNAL:
        _compare(file, seq, before)
    return count


def _compare(file: FileReader, seq: int, hash: str) -> None:
    if (seq, hash) != (file.manifest.journal_seq, file.manifest.journal_hash):
        raise StorageError(f"{file.path}: the trail doesn't end as the manifest says; use another copy")
