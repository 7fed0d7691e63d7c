"""What the journal last said of every record, sorted on the disk."""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self

import msgspec
from attrs import frozen

from anninh_core.ports.changes import JournalLine, Touched, entry_from
from anninh_core.ports.storage import Journal
from anninh_core.usecase.journal import read_lines

_RUN = 50_000  # words that are sorted in memory
_BUFFER = 1 << 15  # bytes of each file that are held


@frozen
class RecordWord:
    """A version of a record, and the SHA-256 of its body; "" where the journal doesn't tell."""

    kind: str
    id: str
    version: int
    hash: str

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from other records."""
        return self.kind, self.id

    def confirms(self, held: "RecordWord") -> bool:
        """Tell whether what is held is what this says."""
        return self.version == held.version and self.hash in ("", held.hash)


Doubt = tuple[RecordWord, RecordWord | None]
"""What is held, and what was said of it, if anything."""

_WORD = msgspec.json.Decoder(tuple[str, str, int, str])
_DOUBT = msgspec.json.Decoder(tuple[tuple[str, str, int, str], tuple[str, str, int, str] | None])


class RecordLedger:
    """The last word about each record, by kind and id; a context manager, as it has files without names.

    Args:
        journal: read up to its end at once, and further for `doubts`.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._seq = 0
        self._runs: list[IO[bytes]] = []
        self._doubts = _open_file()
        words: list[RecordWord] = []
        for word in self._read():
            words.append(word)
            if len(words) == _RUN:
                self._write_run(words)
                words = []
        self._write_run(words)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for file in (*self._runs, self._doubts):
            file.close()

    @property
    def is_empty(self) -> bool:
        """Whether the journal named no record."""
        return not self._runs

    def words(self) -> Iterator[RecordWord]:
        """Yield the last word about each record, by kind and id in the order of code points."""
        # Runs are in the order of the journal, and equal ones keep it: the last of a group was said last.
        for _, group in groupby(merge(*map(_read_run, self._runs), key=_get_key), key=_get_key):
            *_, last = group
            yield last

    def doubt(self, held: RecordWord, said: RecordWord | None) -> None:
        """Remember a record that isn't what was said: it may have been written meanwhile."""
        _write_line(self._doubts, (_pack(held), said and _pack(said)))

    def doubts(self) -> Iterator[Doubt]:
        """Yield the doubts that nothing said since explains."""
        self._doubts.seek(0)
        if not self._doubts.read(1):
            return
        later: dict[tuple[str, str], list[RecordWord]] = {}
        for word in self._read():
            later.setdefault(word.key, []).append(word)
        self._doubts.seek(0)
        for line in self._doubts:
            packed_held, packed_said = _DOUBT.decode(line)
            held = RecordWord(*packed_held)
            if not any(word.confirms(held) for word in later.get(held.key, ())):
                yield held, packed_said and RecordWord(*packed_said)

    def _read(self) -> Iterator[RecordWord]:
        """Yield what the journal goes on saying, up to its end."""
        for line in read_lines(self._journal, self._seq):
            self._seq = line.seq
            yield from (RecordWord(one.kind, one.id, one.version, one.body_hash) for one in _get_touched(line))

    def _write_run(self, words: list[RecordWord]) -> None:
        if words:
            run = _open_file()
            for word in sorted(words, key=_get_key):
                _write_line(run, _pack(word))
            self._runs.append(run)


def _open_file() -> IO[bytes]:
    return TemporaryFile(buffering=_BUFFER)


def _get_key(word: RecordWord) -> tuple[str, str]:
    return word.key


def _pack(word: RecordWord) -> tuple[str, str, int, str]:
    return word.kind, word.id, word.version, word.hash


def _write_line(file: IO[bytes], value: object) -> None:
    file.write(msgspec.json.encode(value) + b"\n")


def _read_run(run: IO[bytes]) -> Iterator[RecordWord]:
    run.seek(0)
    lines: Iterable[bytes] = run
    yield from (RecordWord(*_WORD.decode(line)) for line in lines)


def _get_touched(line: JournalLine) -> tuple[Touched, ...]:
    """Return what a line names; nothing where it was made unreadable, which the chain tells."""
    try:
        return entry_from(line.content).touched
    except msgspec.DecodeError:
        return ()
