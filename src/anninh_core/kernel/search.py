"""Searching in Vietnamese text: which words count, and what a typed query asks for.

Both sides are folded, so that diacritics, capitals, the placement of tones and the encoding never decide. What looks
like personal data (numbers, plates, telephones, mails, links) is no word: it can neither be found nor leak by an index.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from unicodedata import normalize

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.redact import find_personal_data, redact
from anninh_core.kernel.text import fold, words

Phrase = tuple[str, ...]
"""One or more terms, one right after the other."""

_MAX_WORDS = 64
_QUOTES = str.maketrans("“”„«»", '"""""')
# Perhaps a minus, then a phrase in quotes (the last quote may be missing) or a run of letters; or a bar.
_TOKEN = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"|,;]+))|(\|)')
_OR, _AND = frozenset({"or", "hoac"}), frozenset({"and"})
_SMALL_DD, _LARGE_DD = "đ".encode(), "Đ".encode()
_RARE = tuple((letter.encode(), plain) for letter, plain in (("ð", b"d"), ("Ð", b"d"), ("ß", b"ss"), ("ẞ", b"ss")))
_SMALL, _NO_ASCII = bytes(range(256)).lower(), bytes(range(128, 256))
_NO_SLANG: Mapping[str, str] = {}


@frozen
class TermQuery:
    """What a text must hold: one phrase of every clause, and none of the excluded ones.

    Terms are folded words, or opaque stand-ins for them.

    Attributes:
        clauses: one or more; each is met by any of its phrases.
        excluded: phrases that must not occur.
    """

    clauses: tuple[tuple[Phrase, ...], ...]
    excluded: tuple[Phrase, ...] = ()

    def __attrs_post_init__(self) -> None:
        if not self.clauses or not all(self.clauses) or not all(self._phrases()):
            raise BadInput("a search needs a word to look for in each of its clauses, and no empty phrase")

    def matches(self, terms: Sequence[str]) -> bool:
        """Tell whether a text of these terms, in their order, is meant."""
        line = _join_terms(terms)
        all_clauses_met = all(any(_join_terms(phrase) in line for phrase in clause) for clause in self.clauses)
        return all_clauses_met and not any(_join_terms(phrase) in line for phrase in self.excluded)

    def map_terms(self, name: Callable[[str], str]) -> "TermQuery":
        """Return the same query over stand-ins for its terms."""

        def stand_in(phrases: tuple[Phrase, ...]) -> tuple[Phrase, ...]:
            return tuple(tuple(map(name, phrase)) for phrase in phrases)

        return TermQuery(tuple(map(stand_in, self.clauses)), stand_in(self.excluded))

    def _phrases(self) -> list[Phrase]:
        return [*self.excluded, *(phrase for clause in self.clauses for phrase in clause)]


def extract_terms(text: str) -> Phrase:
    """Return the folded words of a text that can be searched, in their order and with repeats."""
    return tuple(
        [word for word in words(redact(text)) if word.isalpha() or _is_searchable(word)]
    )  # isalpha: nearly all


def find_unsearchable(text: str) -> tuple[str, ...]:
    """Return the pieces of a query that are never searched for, as typed: personal data first, then bare numbers."""
    numbers = (word for word in words(redact(text)) if not _is_searchable(word))
    return (*(match.text for match in find_personal_data(text)), *numbers)


def parse_query(text: str, teen_code: Mapping[str, str] = _NO_SLANG) -> TermQuery:
    """Return what a typed query asks for.

    Words must all occur, in any order; `"some words"` must stand side by side, as must the parts of a word that
    punctuation holds together (`Ninh-Hoa`). `OR` between two, also written `HOẶC` or `|`, asks for either; it binds its
    neighbours only. `-word` and `-"some words"` must not occur, wherever they stand. A quote that isn't closed ends
    with the text. What can't be searched (see `find_unsearchable`) is left out.

    Args:
        text: as typed, in any encoding.
        teen_code: folded informal word -> what it stands for. A word of the query means itself or that; a phrase in
            quotes only itself.

    Raises:
        BadInput: nothing to look for is left, or it is more than 64 words.
    """
    clauses: list[tuple[Phrase, ...]] = []
    excluded: list[Phrase] = []
    either = False
    for minus, phrase, word, bar in _TOKEN.findall(redact(text).translate(_QUOTES)):
        if bar or _is_operator(word, _OR):
            either = True
        elif minus:
            excluded += _expand_term(phrase, word, teen_code)
            either = False
        elif not _is_operator(word, _AND):
            alternatives = clauses.pop() if either and clauses else ()
            clauses.append((*alternatives, *_expand_term(phrase, word, teen_code)))
            either = False
    return _build_query([clause for clause in clauses if clause], excluded)


@frozen
class Prefilter:
    """A cheap test that rejects most texts that can't match, before they are split into terms.

    Attributes:
        clauses: as those of a query, each phrase a set of letter runs that all must occur somewhere.
    """

    clauses: tuple[tuple[tuple[bytes, ...], ...], ...]

    @classmethod
    def of(cls, query: TermQuery) -> "Prefilter":
        """Build the prefilter of a query over folded words."""
        return cls(tuple(tuple(_letter_runs(phrase) for phrase in clause) for clause in query.clauses))

    def may_match(self, text: str) -> bool:
        """Tell whether a text may match; False is certain."""
        plain = _skeleton(text)
        for clause in self.clauses:
            for phrase in clause:
                for run in phrase:
                    if run not in plain:
                        break
                else:
                    break
            else:
                return False
        return True


def _build_query(clauses: list[tuple[Phrase, ...]], excluded: list[Phrase]) -> TermQuery:
    if not clauses:
        raise BadInput(
            "name at least one word to look for: words excluded by - alone are no search, and numbers, plates, "
            "telephones, mails and links are never searched"
        )
    query = TermQuery(tuple(dict.fromkeys(clauses)), tuple(dict.fromkeys(excluded)))
    long = sum(len(phrase) for clause in (*query.clauses, query.excluded) for phrase in clause)
    if long > _MAX_WORDS:
        raise BadInput(f"a search of {long} words is too long; name at most {_MAX_WORDS}, the rarest say most")
    return query


def _expand_term(phrase: str, word: str, teen_code: Mapping[str, str]) -> tuple[Phrase, ...]:
    """Return the phrases that a piece of a query stands for; none for one without words."""
    terms = tuple(term for term in words(phrase or word) if _is_searchable(term))
    expansion = teen_code.get(terms[0]) if word and len(terms) == 1 else None
    meaning = extract_terms(expansion) if expansion else ()
    return tuple(dict.fromkeys(filter(None, (terms, meaning))))


def _is_operator(word: str, names: frozenset[str]) -> bool:
    return word.isupper() and fold(word) in names


def _is_searchable(word: str) -> bool:
    """Tell whether a folded word is one: with a letter, and too few digits to be the number of somebody or of a car."""
    return any(map(str.isalpha, word)) and sum(map(str.isdigit, word)) < 3


def _join_terms(terms: Sequence[str]) -> str:
    return f" {' '.join(terms)} "


def _letter_runs(phrase: Phrase) -> tuple[bytes, ...]:
    """Return what a skeleton must hold of a phrase: ASCII letters and digits only."""
    return tuple(run.encode() for term in phrase if term.isascii() for run in term.split("'"))


def _skeleton(text: str) -> bytes:
    """Return the ASCII letters of a folded text, at a fifth of the cost of folding it."""
    letters = normalize("NFKD", text).encode("utf-8", "ignore").replace(_SMALL_DD, b"d").replace(_LARGE_DD, b"d")
    if b"\xc3" in letters or b"\xe1\xba" in letters:  # rare: Vietnamese letters have been decomposed by now
        for letter, plain in _RARE:
            letters = letters.replace(letter, plain)
    return letters.translate(_SMALL, _NO_ASCII)
