"""Needles: byte strings that show whether purged data still exist.

A needle decrypts nothing. Of a wrapped key only a part is taken: a file with the whole key would preserve the key that
the purge destroys.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hmac import compare_digest
from typing import Any

import msgspec
from attrs import field, frozen

from anninh_core.domain.retention.remains import find_files, find_sealed_files
from anninh_core.domain.retention.sealed import SealedWith, iter_indexed_records, iter_sealed_records
from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.kernel.errors import BadInput, Purged
from anninh_core.kernel.search.query import TermQuery
from anninh_core.ports.keys import Keys
from anninh_core.ports.storages.queues import SETTLED, OutboxRow, Queues
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.runner import UseCaseRunner

MIN_BYTES = 8
"""Minimum length of a needle in bytes: shorter byte strings occur anywhere by chance."""

_KEY_SHARE = 3  # A needle takes a third of a wrapped key.
_BODY_BYTES = 32
_PAGE = 200


@frozen
class Needle:
    """A byte string to search for.

    Attributes:
        name: description, such as `wrapped key of tip:…`; unique within a purge.
    """

    name: str
    value: bytes = field(repr=False)

    def __attrs_post_init__(self) -> None:
        if len(self.value) < MIN_BYTES:
            raise BadInput(
                "Needle {needle!r} has {count} bytes, which may occur anywhere by chance: give at least {least}.",
                needle=self.name,
                count=len(self.value),
                least=MIN_BYTES,
            )


@frozen(kw_only=True)
class NeedleSet:
    """All needles of a scope.

    Attributes:
        mark: keyed hash that proves that they were collected here; otherwise a caller could search the storage for any
            bytes.
        scope: erasure scope of the needles.
    """

    scope: str
    needles: tuple[Needle, ...]
    mark: str = field(repr=False)

    def is_genuine(self, keys: Keys) -> bool:
        """Return whether the needles were collected under the same keys."""
        return compare_digest(self.mark, _compute_mark(keys, self.scope, self.needles))


class NeedlesFile(msgspec.Struct, frozen=True):
    """The content of a file of needles: their scope, their names with their bytes as hexadecimal digits, and their
    mark.
    """

    scope: str
    needles: dict[str, str]
    mark: str


# The decoder is built only once, since msgspec 0.22 crashes if threads first inspect a class at the same time.
NEEDLES_FILE = msgspec.json.Decoder(NeedlesFile)


@frozen(kw_only=True)
class Haystack:
    """The data that needles are collected from.

    Attributes:
        kinds: all kinds, by name.
        sealed_with: records that are encrypted under another record's scope.
    """

    runner: UseCaseRunner
    kinds: Mapping[str, Kind[Any]]
    sealed_with: Sequence[SealedWith]


NeedleSource = Callable[[Haystack, str], Iterator[Needle]]
"""Type of a function that yields needles of a scope while its key exists."""


def iter_wrapped_key_needles(haystack: Haystack, scope: str) -> Iterator[Needle]:
    """Yield a needle with a part of a scope's wrapped key."""
    key = haystack.runner.context.storage.keyring.get(scope)
    if key is not None:
        yield Needle(f"wrapped key of {scope}", key.wrapped[: max(MIN_BYTES, len(key.wrapped) // _KEY_SHARE)])


def iter_blind_index_needles(haystack: Haystack, scope: str) -> Iterator[Needle]:
    """Yield a needle with the keyed hash that an identity is found by."""
    key = haystack.runner.context.storage.keyring.get(scope)
    if key is not None and key.blind_index:
        yield Needle(f"blind index of {scope}", key.blind_index.encode())


def iter_term_hash_needles(haystack: Haystack, scope: str) -> Iterator[Needle]:
    """Yield needles with the hashes of words and identifying terms that the index has only for this scope."""
    context = haystack.runner.context
    indexed = [*iter_indexed_records(context, haystack.kinds, haystack.sealed_with, scope)]
    own = {(record.kind, record.id) for record in indexed}
    terms = dict[str, None]()
    for record in indexed:
        kind = haystack.kinds[record.kind]
        record_terms = context.terms.build_search_terms(context.district, kind, context.open_record(kind, record))
        terms |= dict.fromkeys(record_terms.terms if record_terms else ())
    searchable_kinds = [
        kind.name for kind in haystack.kinds.values() if kind.search is not None or kind.has_identifiers
    ]
    for number, term in enumerate(terms):
        query = TermQuery((((term,),),), ())
        hits = {
            (kind, hit.id)
            for kind in searchable_kinds
            for hit in context.storage.search.find(kind, query, None, len(own) + 1)
        }
        if hits and hits <= own:
            yield Needle(f"word {number} of {scope}", term.encode())


def iter_file_needles(haystack: Haystack, scope: str) -> Iterator[Needle]:
    """Yield needles with the names of the files encrypted under a scope, which are digests of their content."""
    sealed = iter_sealed_records(haystack.runner.context, haystack.sealed_with, scope)
    names = find_files(haystack.runner.context, sealed)
    for name in find_sealed_files(haystack.runner, scope, names):
        yield Needle(f"file {name[:12]}… of {scope}", name.encode())


def iter_queue_row_needles(haystack: Haystack, scope: str) -> Iterator[Needle]:
    """Yield needles with the first bytes of the messages that were sent because of a scope."""
    for row in _iter_sent_rows(haystack.runner.context.storage.queues):
        if scope in (row.scope, row.cause):
            yield Needle(f"message {row.id} of {scope}", row.body[:_BODY_BYTES])


NEEDLE_SOURCES: tuple[NeedleSource, ...] = (
    iter_wrapped_key_needles,
    iter_blind_index_needles,
    iter_term_hash_needles,
    iter_file_needles,
    iter_queue_row_needles,
)
"""All sources of needles."""


def gather(haystack: Haystack, scope: str, sources: Sequence[NeedleSource] = NEEDLE_SOURCES) -> NeedleSet:
    """Return all needles of a scope.

    Raises:
        DecryptionError: the scope has no key: it was purged, or never encrypted anything.
    """
    context = haystack.runner.context
    if context.storage.keyring.get(scope) is None:
        raise Purged(
            "{scope!r} has no key any more: gather needles before a purge, with `anninh retention needles`.",
            scope=scope,
        )
    needles_by_name = {needle.name: needle for source in sources for needle in source(haystack, scope)}
    needles = tuple(needles_by_name.values())
    return NeedleSet(scope=scope, needles=needles, mark=_compute_mark(context.keys, scope, needles))


def encode_needles(needle_set: NeedleSet) -> bytes:
    """Return needles encoded as a file."""
    values = {needle.name: needle.value.hex() for needle in needle_set.needles}
    return msgspec.json.encode(NeedlesFile(needle_set.scope, values, needle_set.mark))


def decode_needles(data: bytes) -> NeedleSet:
    """Return the needles of a file.

    Raises:
        BadInput: the data are no file of needles.
    """
    try:
        file = NEEDLES_FILE.decode(data)
        needles = tuple(Needle(name, bytes.fromhex(value)) for name, value in file.needles.items())
    except (*DECODE_ERRORS, ValueError) as error:
        raise BadInput(
            "This isn't a file of needles: write one with `anninh retention needles` before a purge."
        ) from error
    return NeedleSet(scope=file.scope, needles=needles, mark=file.mark)


def _compute_mark(keys: Keys, scope: str, needles: Sequence[Needle]) -> str:
    return keys.blind("needles", "\n".join([scope, *(f"{needle.name} {needle.value.hex()}" for needle in needles)]))


def _iter_sent_rows(queues: Queues) -> Iterator[OutboxRow]:
    after = ""
    while rows := queues.outbox(tuple(SETTLED), limit=_PAGE, after=after):
        yield from rows
        after = rows[-1].id
