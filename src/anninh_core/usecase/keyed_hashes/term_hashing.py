"""The search terms of a record: the storage's index holds keyed hashes instead of words."""

from base64 import b32encode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache, partial
from hashlib import blake2b
from itertools import repeat
from typing import Any

from anninh_core.kernel.identifiers import Identifying
from anninh_core.kernel.redact import ScanText, scan_text
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.search.query import TermQuery, extract_scanned_terms
from anninh_core.ports.keys import Keys
from anninh_core.ports.storages.changes import SearchTerms
from anninh_core.usecase.kinds import Kind, M, Searchable
from anninh_core.vocabulary.district import District

TOKENS = "tokens"
"""Name of the search mode that uses the term index."""

# About 7,000 syllables are in use in Vietnamese, and fewer than 3,000 after folding; the rest are names, foreign words
# and typos.
_CACHE_SIZE = 50_000
# At most this number of texts of one act are cached: a message and the tip that it became have the same words.
_TEXTS = 4
_TERM_LENGTH = 12
# An identifier has the same hash in all kinds of records, so that this isn't the name of a kind.
_IDENTIFIER = "identifier"
# Records without word search get this time, so that their index rows reveal no time.
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_NOTHING = ("", None, "")


def has_index(district: District) -> bool:
    """Return whether a district's records are searched by an index."""
    return district.search_mode == TOKENS


class TermHasher:
    """Turns words into keyed hashes, which are equal for equal words in records of a kind. It is safe for several
    threads.
    """

    def __init__(self, keys: Keys) -> None:
        self._hash = lru_cache(_CACHE_SIZE)(partial(_hash_term, keys))

    def iter_search_terms(
        self, district: District, changed: Iterable[tuple[Kind[Any], Any, Any]]
    ) -> Iterator[SearchTerms]:
        """Yield the search terms of changed models, as `search_terms` does; each text is scanned once.

        Args:
            district: its search mode and units apply.
            changed: kind, model and previous model, None for a new model.
        """
        scan = lru_cache(_TEXTS)(scan_text)
        for kind, model, old in changed:
            if terms := self.build_search_terms(district, kind, model, old, scan):
                yield terms

    def build_search_terms(
        self, district: District, kind: Kind[M], model: M, old: M | None = None, scan: ScanText = scan_text
    ) -> SearchTerms | None:
        """Return the search terms of a model, or None if the index already has them or needs none.

        Args:
            district: its search mode and units apply.
            model: the model to store.
            old: the stored model, None if it is new or can't be decrypted any more.
            scan: scans a text; may be cached.
        """
        by_words = kind.search if has_index(district) else None
        if by_words is None and not kind.has_identifiers:
            return None
        content = _get_indexed_content(district, kind, model, by_words)
        if content == (_get_indexed_content(district, kind, old, by_words) if old is not None else _NOTHING):
            return None
        text, identifying, unit = content
        if by_words is not None and kind.scope(model) not in ("", str(Ref(kind.name, model.id))):
            raise AssertionError(f"{kind.name} is searched and not sealed as kind:id: a purge would miss its terms")
        words = extract_scanned_terms(scan(text), district.slang) if text else ()
        return SearchTerms(
            kind=kind.name,
            id=model.id,
            unit=unit,
            at=truncate_to_hour(by_words.at(model)) if by_words else _NO_TIME,
            terms=(*map(self._hash, repeat(kind.name), words), *self.marks(identifying, scan)),
        )

    def marks(self, identifying: Identifying | None, scan: ScanText = scan_text) -> tuple[str, ...]:
        """Return keyed hashes of names, numbers and accounts; equal forms have equal hashes in every kind of record."""
        if identifying is None:
            return ()
        return tuple(dict.fromkeys((*identifying.marks, *map(self.mark, identifying.forms(scan)))))

    def mark(self, form: str) -> str:
        """Return the keyed hash of one form of a name, number or account number."""
        return self._hash(_IDENTIFIER, form)

    def hash_query(self, kind: str, query: TermQuery) -> TermQuery:
        """Return the query with its words replaced by their keyed hashes."""
        return query.map_terms(partial(self._hash, kind))


def _get_indexed_content(
    district: District, kind: Kind[M], model: M, by_words: Searchable[M] | None
) -> tuple[str, Identifying | None, str]:
    """Return the indexed content of a model: its searchable text, its identifiers and its unit."""
    text = by_words.text(model) if by_words else ""
    identifying = kind.identifying(model)
    if by_words is None and (identifying is None or identifying == Identifying()):
        return _NOTHING
    return text, identifying, district.counting_unit(kind.unit(model))


def truncate_to_hour(at: datetime) -> datetime:
    """Return a time truncated to the hour, in UTC: the finest time that is stored in clear."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _hash_term(keys: Keys, kind: str, word: str) -> str:
    """Return 60 bits of a word's keyed hash, as 12 letters and digits that every tokenizer leaves unchanged.

    A whole hash would make the index several times as large for nothing: among 50,000 different words the chance that
    any two share 60 bits is one in a thousand million, and would only add one extra hit.
    """
    hashed = blake2b(keys.blind(f"search:{kind}", word).encode(), digest_size=8).digest()
    return b32encode(hashed)[:_TERM_LENGTH].decode().lower()
