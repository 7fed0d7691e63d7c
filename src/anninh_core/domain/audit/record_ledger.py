"""What the journal last said of every record, and of every row of the outbox, sorted on the disk."""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self

import msgspec
from attrs import evolve, frozen

from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.ports.storages.changes import Entry, entry_from
from anninh_core.ports.storages.storage import Journal
from anninh_core.usecase.journal.entries import read_lines
from anninh_core.usecase.resident_names import ResidentNames, is_alias

_RUN = 50_000  # words that are sorted in memory


@frozen
class RecordWord:
    """A version of a record, and the SHA-256 of its body; "" where the journal doesn't tell.

    Attributes:
        id: as the journal names it: a conversation has another name in each version, see `ResidentNames.alias`.
        record: its own id, where `id` is another name and the record is known.
        columns: the hash of its clear columns; "" where the journal doesn't tell.
        keyed_hash: what the journal has of `hash` where `id` is another name; entries of earlier versions have itself.
        keyed_columns: what the journal has of `columns`, likewise.
    """

    kind: str
    id: str
    version: int
    hash: str
    record: str = ""
    columns: str = ""
    keyed_hash: str = ""
    keyed_columns: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others."""
        return self.kind, self.id

    @property
    def is_alias(self) -> bool:
        """Whether it is named otherwise than by its id. Entries of earlier versions name all by their ids."""
        return is_alias(self.kind, self.id)

    def confirms(self, held: "RecordWord") -> bool:
        """Tell whether what is held is what this says."""
        return (
            self.version == held.version
            and self.hash in ("", held.hash, held.keyed_hash)
            and self.columns in ("", held.columns, held.keyed_columns)
        )


Doubt = tuple[RecordWord, RecordWord | None]
"""What is held, and what was said of it, if anything."""

_Either = tuple[tuple[str, str], RecordWord | None, RecordWord | None]
_Packed = tuple[str, str, int, str, str, str, str, str]
_WORD = msgspec.json.Decoder(_Packed)
_DOUBT = msgspec.json.Decoder(tuple[_Packed, _Packed | None])

OUTBOX = "outbox"
"""In the place of a kind: the word is about a row of the outbox, and its hash is that of the row."""

NEVER_SAID = "never"
"""In the place of a hash: the journal must not tell of this version."""


class SortedWords:
    """Words by kind and id in the order of code points, sorted on the disk; equal ones keep their order."""

    def __init__(self) -> None:
        self._runs: list[IO[bytes]] = []
        self._words: list[RecordWord] = []

    def add(self, word: RecordWord) -> None:
        """Take a word."""
        self._words.append(word)
        if len(self._words) == _RUN:
            self._write_run()

    def __iter__(self) -> Iterator[RecordWord]:
        self._write_run()
        return merge(*map(_read_run, self._runs), key=_get_key)

    def __bool__(self) -> bool:
        return bool(self._runs or self._words)

    def close(self) -> None:
        """Give the files back."""
        for file in self._runs:
            file.close()

    def _write_run(self) -> None:
        if self._words:
            run = _open_file()
            for word in sorted(self._words, key=_get_key):
                _write_line(run, _pack(word))
            self._runs.append(run)
            self._words = []


class WordsAhead:
    """Words in their order, of which the next one is known."""

    def __init__(self, words: Iterator[RecordWord]) -> None:
        self._words = words
        self._next = next(words, None)

    def before(self, kind: str, id: str) -> Iterator[RecordWord]:
        """Yield those that come before a record."""
        while self._next is not None and self._next.key < (kind, id):
            yield self._next
            self._next = next(self._words, None)

    def at(self, kind: str, id: str) -> RecordWord | None:
        """Return the one about a record, if it comes next."""
        word = self._next
        if word is None or word.key != (kind, id):
            return None
        self._next = next(self._words, None)
        return word

    def rest(self) -> Iterator[RecordWord]:
        """Yield those that are left."""
        while self._next is not None:
            yield self._next
            self._next = next(self._words, None)


class RecordLedger:
    """The last word about each record, by kind and id; a context manager, as it has files without names.

    Args:
        journal: read up to its end at once, and further for `doubts`.
        names: what the journal calls conversations.

    Attributes:
        since: id of the first entry that has the hash of a record's columns, "" for none: from then on the journal
            names what is queued, too. Ids rise with time, those of rows and of entries alike.
    """

    def __init__(self, journal: Journal, names: ResidentNames) -> None:
        self._journal = journal
        self._resident_names = names
        self._seq = 0
        self._named = SortedWords()
        self._aliases = SortedWords()
        self._queued = SortedWords()
        self._held = SortedWords()
        self._doubts = _open_file()
        self.since = ""
        for word in self._read():
            if word.kind == OUTBOX:
                self._queued.add(word)
            else:
                (self._aliases if word.is_alias else self._named).add(word)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for words in (self._named, self._aliases, self._queued, self._held):
            words.close()
        self._doubts.close()

    @property
    def is_empty(self) -> bool:
        """Whether the journal named no record."""
        return not (self._named or self._aliases)

    def words(self) -> Iterator[RecordWord]:
        """Yield the last word about each record that is named by its id, by kind and id in the order of code points."""
        for _, group in groupby(self._named, key=_get_key):
            *_, last = group
            yield last

    def queued(self) -> Iterator[RecordWord]:
        """Yield what was said of rows of the outbox, by id in the order of code points."""
        return iter(self._queued)

    def hold(self, held: RecordWord, said: RecordWord | None) -> None:
        """Remember a record that may be named otherwise than by its id since the last word that names it so."""
        since = 0 if said is None else said.version
        hashes = {held.version: held.hash, held.version + 1: NEVER_SAID}
        names = self._resident_names
        for version in range(since + 1, held.version + 2):
            id = names.alias(held.kind, held.id, version)
            word = RecordWord(held.kind, id, version, hashes.get(version, ""), held.id)
            if version == held.version:
                keyed_hash = names.key_hash(id, held.hash)
                word = evolve(word, columns=held.columns, keyed_hash=keyed_hash, keyed_columns=held.keyed_columns)
            self._held.add(word)

    def compare_aliases(self) -> Iterator[tuple[RecordWord | None, RecordWord | None]]:
        """Yield what is held, and what was said, by each other name of a record."""
        both: Iterable[_Either] = merge(
            ((word.key, word, None) for word in self._held),
            ((word.key, None, word) for word in self._aliases),
            key=_get_key_of_either,
        )
        for _, group in groupby(both, key=_get_key_of_either):
            held = None
            said = None
            for _, one, other in group:
                held, said = one or held, other or said
            yield held, said

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
            try:
                entry = entry_from(line.content)
            except DECODE_ERRORS:
                continue  # it was made unreadable, which the chain tells
            if not self.since and any(touched.columns_hash for touched in entry.touched):
                self.since = entry.id
            yield from _read_words(entry)


def _open_file() -> IO[bytes]:
    return TemporaryFile()


def _get_key(word: RecordWord) -> tuple[str, str]:
    return word.key


def _get_key_of_either(words: _Either) -> tuple[str, str]:
    key, _, _ = words
    return key


def _pack(word: RecordWord) -> _Packed:
    return (
        word.kind,
        word.id,
        word.version,
        word.hash,
        word.record,
        word.columns,
        word.keyed_hash,
        word.keyed_columns,
    )


def _write_line(file: IO[bytes], value: object) -> None:
    file.write(msgspec.json.encode(value) + b"\n")


def _read_run(run: IO[bytes]) -> Iterator[RecordWord]:
    run.seek(0)
    lines: Iterable[bytes] = run
    yield from (RecordWord(*_WORD.decode(line)) for line in lines)


def _read_words(entry: Entry) -> Iterator[RecordWord]:
    for touched in entry.touched:
        yield RecordWord(touched.kind, touched.id, touched.version, touched.body_hash, columns=touched.columns_hash)
    for queued in entry.queued:
        yield RecordWord(OUTBOX, queued.id, 1, queued.row_hash)
