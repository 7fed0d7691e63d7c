"""The journal's last version of every record and every outbox row, sorted on disk."""

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

_RUN = 50_000  # Number of versions that are sorted in memory at once.


@frozen
class RecordWord:
    """A version of a record with the SHA-256 of its body, either from the journal or of a stored record.

    Attributes:
        id: name in the journal: a conversation has another alias in each version, see `ResidentNames.alias`.
        record: the record's own id, if `id` is an alias and the record is known.
        hash: SHA-256 of the body; "" if the journal has no hash.
        columns: hash of the clear columns; "" if the journal has no hash.
        keyed_hash: keyed form of `hash`, which the journal has if `id` is an alias; entries of earlier versions have
            `hash` itself.
        keyed_columns: keyed form of `columns`, likewise.
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
        """Kind and id, which identify the record in the journal."""
        return self.kind, self.id

    @property
    def is_alias(self) -> bool:
        """Whether the id is an alias. Entries of earlier versions name all records by their ids."""
        return is_alias(self.kind, self.id)

    def is_same_version(self, actual: "RecordWord") -> bool:
        """Return whether a stored version has this version's number and hashes."""
        return (
            self.version == actual.version
            and self.hash in ("", actual.hash, actual.keyed_hash)
            and self.columns in ("", actual.columns, actual.keyed_columns)
        )


Doubt = tuple[RecordWord, RecordWord | None]
"""A mismatch: the stored version, and the journal's version if it has one."""

_Either = tuple[tuple[str, str], RecordWord | None, RecordWord | None]
_Packed = tuple[str, str, int, str, str, str, str, str]
_WORD = msgspec.json.Decoder(_Packed)
_DOUBT = msgspec.json.Decoder(tuple[_Packed, _Packed | None])

OUTBOX = "outbox"
"""Value in place of a kind, for the version of an outbox row; its hash is the hash of the row."""

NEVER_SAID = "never"
"""Value in place of a hash, for a version that the journal must not contain."""


class SortedVersions:
    """Versions by kind and id in the order of code points, sorted on disk; equal keys keep their order."""

    def __init__(self) -> None:
        self._runs: list[IO[bytes]] = []
        self._words: list[RecordWord] = []

    def add(self, version: RecordWord) -> None:
        """Add a version to those that are sorted."""
        self._words.append(version)
        if len(self._words) == _RUN:
            self._write_sorted_run()

    def __iter__(self) -> Iterator[RecordWord]:
        self._write_sorted_run()
        return merge(*map(_read_run, self._runs), key=_get_key)

    def __bool__(self) -> bool:
        return bool(self._runs or self._words)

    def close(self) -> None:
        """Close the temporary files."""
        for file in self._runs:
            file.close()

    def _write_sorted_run(self) -> None:
        if self._words:
            run = _open_file()
            for version in sorted(self._words, key=_get_key):
                _write_line(run, _pack_version(version))
            self._runs.append(run)
            self._words = []


class VersionCursor:
    """Iterator over sorted versions that can peek at the next one."""

    def __init__(self, versions: Iterator[RecordWord]) -> None:
        self._words = versions
        self._next = next(versions, None)

    def before(self, kind: str, id: str) -> Iterator[RecordWord]:
        """Yield the versions before a record."""
        while self._next is not None and self._next.key < (kind, id):
            yield self._next
            self._next = next(self._words, None)

    def at(self, kind: str, id: str) -> RecordWord | None:
        """Return the version of a record if it is the next one, or None."""
        version = self._next
        if version is None or version.key != (kind, id):
            return None
        self._next = next(self._words, None)
        return version

    def take_rest(self) -> Iterator[RecordWord]:
        """Yield all remaining versions."""
        while self._next is not None:
            yield self._next
            self._next = next(self._words, None)


class RecordLedger:
    """The journal's last version of each record, by kind and id; used as a context manager, since it has temporary
    files.

    Args:
        journal: read up to its end at once, and further for `iter_doubts`.
        names: computes the journal's aliases of conversations.

    Attributes:
        since: id of the first entry with a hash of a record's columns, "" for none: from then on, the journal names
            queued rows too. Ids of rows and entries increase with time.
    """

    def __init__(self, journal: Journal, names: ResidentNames) -> None:
        self._journal = journal
        self._resident_names = names
        self._seq = 0
        self._named = SortedVersions()
        self._aliases = SortedVersions()
        self._queued = SortedVersions()
        self._held = SortedVersions()
        self._doubts = _open_file()
        self.since = ""
        for version in self._read_versions():
            if version.kind == OUTBOX:
                self._queued.add(version)
            else:
                (self._aliases if version.is_alias else self._named).add(version)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for versions in (self._named, self._aliases, self._queued, self._held):
            versions.close()
        self._doubts.close()

    @property
    def is_empty(self) -> bool:
        """Whether the journal names no record."""
        return not (self._named or self._aliases)

    def words(self) -> Iterator[RecordWord]:
        """Yield the last version of each record that the journal names by its id, by kind and id in the order of code
        points.
        """
        for _, group in groupby(self._named, key=_get_key):
            *_, last = group
            yield last

    def iter_queued_rows(self) -> Iterator[RecordWord]:
        """Yield the versions of outbox rows, by id in the order of code points."""
        return iter(self._queued)

    def hold(self, actual: RecordWord, expected: RecordWord | None) -> None:
        """Remember a stored record; after `expected`, the journal may name its versions by aliases."""
        since = 0 if expected is None else expected.version
        hashes = {actual.version: actual.hash, actual.version + 1: NEVER_SAID}
        names = self._resident_names
        for version in range(since + 1, actual.version + 2):
            id = names.alias(actual.kind, actual.id, version)
            alias_version = RecordWord(actual.kind, id, version, hashes.get(version, ""), actual.id)
            if version == actual.version:
                keyed_hash = names.key_hash(id, actual.hash)
                alias_version = evolve(
                    alias_version, columns=actual.columns, keyed_hash=keyed_hash, keyed_columns=actual.keyed_columns
                )
            self._held.add(alias_version)

    def compare_aliases(self) -> Iterator[tuple[RecordWord | None, RecordWord | None]]:
        """Yield the stored version and the journal's version under each alias."""
        both: Iterable[_Either] = merge(
            ((version.key, version, None) for version in self._held),
            ((version.key, None, version) for version in self._aliases),
            key=_get_merge_key,
        )
        for _, group in groupby(both, key=_get_merge_key):
            actual = None
            expected = None
            for _, stored_version, journal_version in group:
                actual, expected = stored_version or actual, journal_version or expected
            yield actual, expected

    def remember_doubt(self, actual: RecordWord, expected: RecordWord | None) -> None:
        """Remember a mismatch as a doubt, because the record may have been written during the check."""
        _write_line(self._doubts, (_pack_version(actual), expected and _pack_version(expected)))

    def doubts(self) -> Iterator[Doubt]:
        """Yield the mismatches that no later entry of the journal explains."""
        self._doubts.seek(0)
        if not self._doubts.read(1):
            return
        later: dict[tuple[str, str], list[RecordWord]] = {}
        for version in self._read_versions():
            later.setdefault(version.key, []).append(version)
        self._doubts.seek(0)
        for line in self._doubts:
            packed_held, packed_said = _DOUBT.decode(line)
            actual = RecordWord(*packed_held)
            if not any(version.is_same_version(actual) for version in later.get(actual.key, ())):
                yield actual, packed_said and RecordWord(*packed_said)

    def _read_versions(self) -> Iterator[RecordWord]:
        """Yield the versions in entries not read yet, up to the end of the journal."""
        for line in read_lines(self._journal, self._seq):
            self._seq = line.seq
            try:
                entry = entry_from(line.content)
            except DECODE_ERRORS:
                continue  # The entry was made unreadable, which the verification of the chain reports.
            if not self.since and any(touched.columns_hash for touched in entry.touched):
                self.since = entry.id
            yield from _read_entry(entry)


def _open_file() -> IO[bytes]:
    return TemporaryFile()


def _get_key(version: RecordWord) -> tuple[str, str]:
    return version.key


def _get_merge_key(pair: _Either) -> tuple[str, str]:
    key, _, _ = pair
    return key


def _pack_version(version: RecordWord) -> _Packed:
    return (
        version.kind,
        version.id,
        version.version,
        version.hash,
        version.record,
        version.columns,
        version.keyed_hash,
        version.keyed_columns,
    )


def _write_line(file: IO[bytes], value: object) -> None:
    file.write(msgspec.json.encode(value) + b"\n")


def _read_run(run: IO[bytes]) -> Iterator[RecordWord]:
    run.seek(0)
    lines: Iterable[bytes] = run
    yield from (RecordWord(*_WORD.decode(line)) for line in lines)


def _read_entry(entry: Entry) -> Iterator[RecordWord]:
    for touched in entry.touched:
        yield RecordWord(touched.kind, touched.id, touched.version, touched.body_hash, columns=touched.columns_hash)
    for queued in entry.queued:
        yield RecordWord(OUTBOX, queued.id, 1, queued.row_hash)
