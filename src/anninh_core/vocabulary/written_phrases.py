"""Comparison of phrases with their accents: "cháy xưởng" isn't "chạy xuống". A word without accents matches any
accents.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from attrs import frozen

from anninh_core._moved import keep_old_imports
from anninh_core.kernel.text import words
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.places import split_accented

_MOST_LISTS = 64  # The limit of cached phrase lists; a process has few profiles.


@frozen
class PhraseSpan:
    """Position of a phrase in a list of words: from word `start` up to, not including, word `end`."""

    start: int
    end: int


def split_written(text: str, teen_code: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words of a text in lower case with accents, informal spellings expanded."""
    tokens: list[str] = []
    for token in split_accented(text):
        folded = _fold(token)
        tokens.extend(teen_code[folded].split() if folded in teen_code else (token,))
    return tuple(tokens)


def strip_places(tokens: Sequence[str], district: District) -> tuple[str, ...]:
    """Return words without place names and the words that introduce them: "cháy ở Ninh Vân" becomes "cháy"."""
    folded = tuple(map(_fold, tokens))
    kinds = district.place_names.kind_words.keys()
    remaining = [*tokens]
    for at, name in district.place_names.find_in(folded):
        start = at
        while start and (folded[start - 1] in district.places.here or (folded[start - 1],) in kinds):
            start -= 1
        remaining[start : at + len(name.tokens)] = [""] * (at + len(name.tokens) - start)
    return tuple(token for token in remaining if token)


def find_accented_phrases(tokens: Sequence[str], phrases: Sequence[str]) -> list[str]:
    """Return the phrases that occur in a list of words, in the order of `phrases`."""
    numbers = {number for number, _ in _iter_matches(tokens, phrases)}
    return [phrases[number] for number in sorted(numbers)]


def iter_phrase_spans(tokens: Sequence[str], phrases: Sequence[str]) -> Iterator[PhraseSpan]:
    """Yield the position of each phrase in a list of words, in the order of the words."""
    return (span for _, span in _iter_matches(tokens, phrases))


def consists_of_accented_phrases(tokens: Sequence[str], phrases: Iterable[str]) -> bool:
    """Return whether phrases cover all words of a list; False for an empty list."""
    reachable = [True, *[False] * len(tokens)]
    for _, span in _iter_matches(tokens, tuple(phrases)):
        reachable[span.end] = reachable[span.end] or reachable[span.start]
    return bool(tokens) and reachable[-1]


def _iter_matches(tokens: Sequence[str], phrases: Sequence[str]) -> Iterator[tuple[int, PhraseSpan]]:
    """Yield the number and position of each matching phrase, in the order of the words."""
    by_first_word = _group_by_first_word(tuple(phrases))
    for start, token in enumerate(tokens):
        for number, parts in by_first_word.get(_fold(token), ()):
            if all(map(_is_same, tokens[start : start + len(parts)], parts)) and start + len(parts) <= len(tokens):
                yield number, PhraseSpan(start, start + len(parts))


@lru_cache(maxsize=_MOST_LISTS)
def _group_by_first_word(phrases: tuple[str, ...]) -> Mapping[str, Sequence[tuple[int, tuple[str, ...]]]]:
    """Return the phrases with their numbers, grouped by their first word without accents."""
    by_first_word: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, phrase in enumerate(phrases):
        parts = split_accented(phrase)
        by_first_word.setdefault(_fold(parts[0]), []).append((number, parts))
    return by_first_word


def _is_same(token: str, part: str) -> bool:
    """Return whether two words match: equal, or equal without accents if either has no accents."""
    return token == part or ((token.isascii() or part.isascii()) and _fold(token) == _fold(part))


@lru_cache(maxsize=65536)
def _fold(token: str) -> str:
    return " ".join(words(token))


keep_old_imports(__name__)
