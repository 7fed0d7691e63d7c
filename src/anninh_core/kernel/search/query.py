"""Search in Vietnamese text: the terms of a text, and the meaning of a typed query.

Both sides are folded, so that diacritics, capitals, tone placement and encoding never matter, and informal spellings
are replaced by their meaning on both sides. Likely personal data (numbers, plates, telephones, mails, links) is no
term: it can neither be found nor leak by an index. A separate number of one or two digits is a term: in "xóm 3" the
number identifies the hamlet.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from unicodedata import normalize

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.redact import ScannedText, find_personal_data, redact, scan_text
from anninh_core.kernel.text import fold, words

Phrase = tuple[str, ...]
"""One or more terms in sequence."""

_MAX_WORDS = 64
_MAX_DIGITS = 2
_QUOTES = str.maketrans("“”„«»", '"""""')
# A token is an optional minus with a phrase in quotes (the last quote may be missing) or with a run of letters; or it
# is a bar.
_TOKEN = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"|,;]+))|(\|)')
_OR = frozenset({"or", "hoac"})
_AND = frozenset({"and"})
_SMALL_DD = "đ".encode()
_LARGE_DD = "Đ".encode()
_RARE = tuple((letter.encode(), plain) for letter, plain in (("ð", b"d"), ("Ð", b"d"), ("ß", b"ss"), ("ẞ", b"ss")))
_SMALL = bytes(range(256)).lower()
_NO_ASCII = bytes(range(128, 256))
_NO_SLANG: Mapping[str, str] = {}
_NO_TERMS: Mapping[str, Phrase] = {}
_WRITTEN = re.compile(r"[^\W_]+")


@frozen
class TermQuery:
    """Condition for a text: one phrase of every clause, and none of the excluded ones.

    Terms are folded words, or opaque substitutes for them.

    Attributes:
        clauses: one or more; each is met by any of its phrases.
        excluded: phrases that must not occur.
    """

    clauses: tuple[tuple[Phrase, ...], ...]
    excluded: tuple[Phrase, ...] = ()

    def __attrs_post_init__(self) -> None:
        if not self.clauses or not all(self.clauses) or not all(self._list_phrases()):
            raise BadInput("A search needs at least one word in each clause, and no empty phrase: correct the query.")

    def matches(self, terms: Sequence[str]) -> bool:
        """Return whether a text with these terms, in their order, matches."""
        line = _join_terms(terms)
        all_clauses_met = all(any(_join_terms(phrase) in line for phrase in clause) for clause in self.clauses)
        return all_clauses_met and not any(_join_terms(phrase) in line for phrase in self.excluded)

    def map_terms(self, name: Callable[[str], str]) -> "TermQuery":
        """Return the same query with each term replaced by the result of `name`."""

        def replace_terms(phrases: tuple[Phrase, ...]) -> tuple[Phrase, ...]:
            return tuple(tuple(map(name, phrase)) for phrase in phrases)

        return TermQuery(tuple(map(replace_terms, self.clauses)), replace_terms(self.excluded))

    def _list_phrases(self) -> list[Phrase]:
        return [*self.excluded, *(phrase for clause in self.clauses for phrase in clause)]


def extract_terms(text: str, slang: Mapping[str, Phrase] = _NO_TERMS) -> Phrase:
    """Return the searchable folded words of a text, in their order and with repeats.

    Args:
        slang: folded informal word -> the folded words of its meaning, which replace it.
    """
    return extract_scanned_terms(scan_text(text), slang)


def extract_scanned_terms(scanned: ScannedText, slang: Mapping[str, Phrase] = _NO_TERMS) -> Phrase:
    """Return the terms of a scanned text, as `extract_terms` does; the scan is shared with other callers."""
    terms = _keep_terms(words(scanned.redact()))
    return tuple(terms) if slang.keys().isdisjoint(terms) else _replace_slang(terms, slang)


def slang_terms(teen_code: Mapping[str, str]) -> Mapping[str, Phrase]:
    """Return informal words with the terms of their meaning, from the profile's table."""
    return {word: terms for word, meaning in teen_code.items() if (terms := extract_terms(meaning))}


def find_unsearchable(text: str) -> tuple[str, ...]:
    """Return the pieces of a query that are never searched for, as typed: personal data first, then long numbers."""
    folded = words(redact(text))
    term_flags = [_is_term(folded, place) for place in range(len(folded))]
    numbers = (word for word, is_term in zip(folded, term_flags, strict=True) if not is_term)
    return (*(match.text for match in find_personal_data(text)), *numbers)


def typed_words(text: str) -> tuple[str, ...]:
    """Return the words of a query as typed, with diacritics, without those in excluded terms."""
    tokens = _TOKEN.findall(redact(text).translate(_QUOTES))
    return tuple(
        written
        for minus, phrase, word, bar in tokens
        if not (minus or bar or _is_operator(word, _OR | _AND))
        for written in _WRITTEN.findall(normalize("NFC", phrase or word))
    )


def parse_query(text: str, teen_code: Mapping[str, str] = _NO_SLANG) -> TermQuery:
    """Parse a typed query.

    Words must all occur, in any order; `"some words"` must be adjacent, as must the parts of a word joined by
    punctuation (`Ninh-Hoa`). `OR` between two, also written `HOẶC` or `|`, matches either; it binds its neighbours
    only. `-word` and `-"some words"` must not occur, anywhere in the text. An unclosed quote ends with the text.
    Unsearchable pieces (see `find_unsearchable`) are omitted.

    Args:
        text: as typed, in any encoding.
        teen_code: folded informal word -> its meaning. The meaning is searched for, and texts are read with the same
            table: either spelling finds the other, in quotes too.

    Raises:
        BadInput: no searchable word remains, or more than 64 words.
    """
    clauses: list[tuple[Phrase, ...]] = []
    excluded: list[Phrase] = []
    either = False
    slang = slang_terms(teen_code)
    tokens = _TOKEN.findall(redact(text).translate(_QUOTES))
    for number, (minus, phrase, word, bar) in enumerate(tokens):
        terms = () if _is_part_of_number(tokens, number) else extract_terms(phrase or word, slang)
        if bar or _is_operator(word, _OR):
            either = True
        elif minus:
            excluded += filter(None, (terms,))
            either = False
        elif not _is_operator(word, _AND):
            alternatives = clauses.pop() if either and clauses else ()
            clauses.append((*alternatives, *filter(None, (terms,))))
            either = False
    return _build_query([clause for clause in clauses if clause], excluded)


@frozen
class Prefilter:
    """A cheap test that rejects most non-matching texts before they are split into terms.

    Attributes:
        clauses: those of the query, each phrase a set of letter runs that all must occur somewhere.
    """

    clauses: tuple[tuple[tuple[bytes, ...], ...], ...]

    @classmethod
    def of(cls, query: TermQuery, slang: Mapping[str, Phrase] = _NO_TERMS) -> "Prefilter":
        """Build the prefilter of a query over folded words; words that may replace slang are left out of the test."""
        unsure = frozenset(term for terms in slang.values() for term in terms)
        return cls(tuple(tuple(_find_letter_runs(phrase, unsure) for phrase in clause) for clause in query.clauses))

    def may_match(self, text: str) -> bool:
        """Return whether a text may match the query; if the result is False, it certainly doesn't."""
        plain = _reduce_to_ascii_letters(text)
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
    if not any(any(map(str.isalpha, term)) for clause in clauses for phrase in clause for term in phrase):
        raise BadInput(
            "The search has no word to look for: write at least one. Words excluded with - and numbers alone "
            "aren't enough, and long numbers, licence plates, phone numbers, e-mail addresses and links are "
            "never searched for."
        )
    query = TermQuery(tuple(dict.fromkeys(clauses)), tuple(dict.fromkeys(excluded)))
    word_count = sum(len(phrase) for clause in (*query.clauses, query.excluded) for phrase in clause)
    if word_count > _MAX_WORDS:
        raise BadInput(
            "A search of {count} words is too long: use at most {most}; the rarest words give the best results.",
            count=word_count,
            most=_MAX_WORDS,
        )
    return query


def _replace_slang(terms: Sequence[str], slang: Mapping[str, Phrase]) -> Phrase:
    return tuple(meant for term in terms for meant in slang.get(term, (term,)))


def _is_operator(word: str, names: frozenset[str]) -> bool:
    return word.isupper() and fold(word) in names


def _is_part_of_number(tokens: Sequence[tuple[str, str, str, str]], place: int) -> bool:
    """Return whether a piece of a query is one of several adjacent numbers, such as a date: texts have no such
    terms.
    """
    around = (*tokens[max(0, place - 1) : place], *tokens[place + 1 : place + 2])
    return _is_number(tokens[place][2]) and any(_is_number(word) for _, _, word, _ in around)


def _is_number(word: str) -> bool:
    return bool(word) and any(map(str.isdigit, word)) and not any(map(str.isalpha, word))


def _keep_terms(folded: list[str]) -> list[str]:
    if all(map(str.isalpha, folded)):  # Nearly all texts consist of words without digits.
        return folded
    return [
        word if word.isalpha() or not word.isdecimal() else str(int(word))
        for place, word in enumerate(folded)
        if word.isalpha() or _is_term(folded, place)
    ]


def _is_term(folded: Sequence[str], place: int) -> bool:
    """Return whether a folded word is a term: it has too few digits for a personal number or a plate, or for part of
    these.

    With a letter it may have two digits. Without letters it is a number of one or two digits, not adjacent to another
    word with digits: numbers in groups of two are longer than they seem.
    """
    word = folded[place]
    if sum(map(str.isdigit, word)) > _MAX_DIGITS:
        return False
    if any(map(str.isalpha, word)):
        return True
    around = (*folded[max(0, place - 1) : place], *folded[place + 1 : place + 2])
    return word.isascii() and word.isdecimal() and not any(any(map(str.isdigit, neighbour)) for neighbour in around)


def _join_terms(terms: Sequence[str]) -> str:
    return f" {' '.join(terms)} "


def _find_letter_runs(phrase: Phrase, unsure: frozenset[str]) -> tuple[bytes, ...]:
    """Return the runs of ASCII letters that must occur in a text for it to match a phrase."""
    sure = (term for term in phrase if term.isascii() and term not in unsure)
    return tuple(run.encode() for term in sure for run in term.split("'"))


def _reduce_to_ascii_letters(text: str) -> bytes:
    """Return the ASCII letters of a folded text, at a fifth of the cost of folding it."""
    letters = normalize("NFKD", text).encode("utf-8", "ignore").replace(_SMALL_DD, b"d").replace(_LARGE_DD, b"d")
    # This branch is rare: Vietnamese letters have been decomposed by now.
    if b"\xc3" in letters or b"\xe1\xba" in letters:
        for letter, plain in _RARE:
            letters = letters.replace(letter, plain)
    return letters.translate(_SMALL, _NO_ASCII)
