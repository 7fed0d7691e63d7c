"""Phrases compared as written: "cháy xưởng" is no "chạy xuống". A word without accents may be any of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from attrs import frozen

from anninh_core.kernel.text import words
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.places import split_accented

_MOST_LISTS = 64  # kept: a process has few profiles


@frozen
class PhraseSpan:
    """Where some words contain a phrase: from the word `start` up to, not including, the word `end`."""

    start: int
    end: int


def split_written(text: str, teen_code: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words of a text in small letters with their accents, informal spellings expanded."""
    tokens: list[str] = []
    for token in split_accented(text):
        folded = _fold(token)
        tokens.extend(teen_code[folded].split() if folded in teen_code else (token,))
    return tuple(tokens)


def strip_places(tokens: Sequence[str], district: District) -> tuple[str, ...]:
    """Return words without names of places, and without the words before one: "cháy ở Ninh Vân" is "cháy"."""
    folded = tuple(map(_fold, tokens))
    kinds = district.place_names.kind_words.keys()
    kept = [*tokens]
    for at, name in district.place_names.find_in(folded):
        start = at
        while start and (folded[start - 1] in district.places.here or (folded[start - 1],) in kinds):
            start -= 1
        kept[start : at + len(name.tokens)] = [""] * (at + len(name.tokens) - start)
    return tuple(token for token in kept if token)


def find_written(tokens: Sequence[str], phrases: Sequence[str]) -> list[str]:
    """Return the phrases that some words contain, in the order of the phrases."""
    numbers = {number for number, _ in _iter_matches(tokens, phrases)}
    return [phrases[number] for number in sorted(numbers)]


def iter_spans(tokens: Sequence[str], phrases: Sequence[str]) -> Iterator[PhraseSpan]:
    """Yield every place where some words contain a phrase, in the order of the words."""
    return (span for _, span in _iter_matches(tokens, phrases))


def consists_of_written(tokens: Sequence[str], phrases: Iterable[str]) -> bool:
    """Return whether words can be covered by phrases without a rest; no words can't."""
    reachable = [True, *[False] * len(tokens)]
    for _, span in _iter_matches(tokens, tuple(phrases)):
        reachable[span.end] = reachable[span.end] or reachable[span.start]
    return bool(tokens) and reachable[-1]


def _iter_matches(tokens: Sequence[str], phrases: Sequence[str]) -> Iterator[tuple[int, PhraseSpan]]:
    """Yield the number of a phrase and where it is, in the order of the words."""
    by_first_word = _index(tuple(phrases))
    for start, token in enumerate(tokens):
        for number, parts in by_first_word.get(_fold(token), ()):
            if all(map(_is_same, tokens[start : start + len(parts)], parts)) and start + len(parts) <= len(tokens):
                yield number, PhraseSpan(start, start + len(parts))


@lru_cache(maxsize=_MOST_LISTS)
def _index(phrases: tuple[str, ...]) -> Mapping[str, Sequence[tuple[int, tuple[str, ...]]]]:
    """Return phrases, with their numbers, by their first word without accents."""
    by_first_word: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, phrase in enumerate(phrases):
        parts = split_accented(phrase)
        by_first_word.setdefault(_fold(parts[0]), []).append((number, parts))
    return by_first_word


def _is_same(token: str, part: str) -> bool:
    """Return whether a word may be one of a phrase: with the same accents, or where either has none."""
    return token == part or ((token.isascii() or part.isascii()) and _fold(token) == _fold(part))


@lru_cache(maxsize=65536)
def _fold(token: str) -> str:
    return " ".join(words(token))
