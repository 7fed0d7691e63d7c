"""The terms of a record: keyed hashes that the storage's index holds instead of words."""

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
from anninh_core.kernel.search.query import TermQuery, read_terms
from anninh_core.ports.keys import Keys
from anninh_core.ports.storages.changes import SearchTerms
from anninh_core.usecase.kinds import Kind, M, Searchable
from anninh_core.vocabulary.district import District

TOKENS = "tokens"
"""The search mode that uses the term index."""

# Vietnamese has some 7,000 syllables in use, folded fewer than 3,000; the rest are names, foreign words and typos.
_CACHE_SIZE = 50_000
_TEXTS = 4  # texts of one act: the words of a message are those of the tip that it became
_TERM_LENGTH = 12
_IDENTIFIER = "identifier"  # not a kind of record: an identifier has the same hash in all kinds
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # of records without word search, so that their index rows reveal no time
_NOTHING = ("", None, "")


def has_index(district: District) -> bool:
    """Return whether a district's records are searched by an index."""
    return district.search_mode == TOKENS


class TermHasher:
    """Turns words into keyed hashes, equal for equal words of a kind. Thread-safe."""

    def __init__(self, keys: Keys) -> None:
        self._hash = lru_cache(_CACHE_SIZE)(partial(_hash_term, keys))

    def iter_search_terms(
        self, district: District, changed: Iterable[tuple[Kind[Any], Any, Any]]
    ) -> Iterator[SearchTerms]:
        """Yield the search terms of changed models; each text is scanned once. See `search_terms`.

        Args:
            district: its search mode and units apply.
            changed: kind, model and previous model, None for a new model.
        """
        scan = lru_cache(_TEXTS)(scan_text)
        for kind, model, old in changed:
            if terms := self.search_terms(district, kind, model, old, scan):
                yield terms

    def search_terms(
        self, district: District, kind: Kind[M], model: M, old: M | None = None, scan: ScanText = scan_text
    ) -> SearchTerms | None:
        """Return the terms of a model; None if the index already has them, or needs none.

        Args:
            district: its search mode and units apply.
            model: the model to store.
            old: the stored model, None if it is new or can't be decrypted any more.
            scan: scans a text; may be cached.
        """
        by_words = kind.search if has_index(district) else None
        if by_words is None and not kind.identifies:
            return None
        content = _content(district, kind, model, by_words)
        if content == (_content(district, kind, old, by_words) if old is not None else _NOTHING):
            return None
        text, identifying, unit = content
        if by_words is not None and kind.scope(model) not in ("", str(Ref(kind.name, model.id))):
            raise AssertionError(f"{kind.name} is searched and not sealed as kind:id: a purge would miss its terms")
        words = read_terms(scan(text), district.slang) if text else ()
        return SearchTerms(
            kind=kind.name,
            id=model.id,
            unit=unit,
            at=truncate_to_hour(by_words.at(model)) if by_words else _NO_TIME,
            terms=(*map(self._hash, repeat(kind.name), words), *self.marks(identifying, scan)),
        )

    def marks(self, identifying: Identifying | None, scan: ScanText = scan_text) -> tuple[str, ...]:
        """Return keyed hashes of identifiers, equal for equal forms in every kind of record."""
        if identifying is None:
            return ()
        return tuple(dict.fromkeys((*identifying.marks, *map(self.mark, identifying.forms(scan)))))

    def mark(self, form: str) -> str:
        """Return the keyed hash of one form of a name, number or account."""
        return self._hash(_IDENTIFIER, form)

    def hash_query(self, kind: str, query: TermQuery) -> TermQuery:
        """Return a query with hashed terms instead of words."""
        return query.map_terms(partial(self._hash, kind))


def _content(
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
    """Return 60 bits of the word's keyed hash, as 12 letters and digits that every tokenizer leaves unchanged.

    A whole hash would make the index several times as large for nothing: among 50,000 different words the chance that
    any two share 60 bits is one in a thousand million, and would only add one extra hit.
    """
    hashed = blake2b(keys.blind(f"search:{kind}", word).encode(), digest_size=8).digest()
    return b32encode(hashed)[:_TERM_LENGTH].decode().lower()
