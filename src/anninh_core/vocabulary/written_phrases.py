"""Phrases compared as written: "cháy xưởng" is no "chạy xuống". A word without accents may be any of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from attrs import frozen

from anninh_core.kernel.text import words
from anninh_core.vocabulary.places.names import split_accented

_MOST_LISTS = 64  # parsed lists kept: a process has few profiles


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


def find_written(tokens: Sequence[str], phrases: Sequence[str]) -> list[str]:
    """Return the phrases that some words contain, in the order of the phrases."""
    parsed = _parse(tuple(phrases))
    return [phrase for phrase, parts in zip(phrases, parsed, strict=True) if _contains(tokens, parts)]


def iter_spans(tokens: Sequence[str], phrases: Sequence[str]) -> Iterator[PhraseSpan]:
    """Yield every place where some words contain a phrase."""
    for parts in _parse(tuple(phrases)):
        for start in range(len(tokens) - len(parts) + 1):
            if _stands_at(tokens, start, parts):
                yield PhraseSpan(start, start + len(parts))


def consists_of_written(tokens: Sequence[str], phrases: Iterable[str]) -> bool:
    """Return whether words can be covered by phrases without a rest; no words can't."""
    parsed = _parse(tuple(phrases))
    reachable = [True, *[False] * len(tokens)]
    for start in range(len(tokens)):
        if reachable[start]:
            for parts in parsed:
                if _stands_at(tokens, start, parts):
                    reachable[start + len(parts)] = True
    return bool(tokens) and reachable[-1]


@lru_cache(maxsize=_MOST_LISTS)
def _parse(phrases: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(split_accented(phrase)) for phrase in phrases)


def _contains(tokens: Sequence[str], parts: tuple[str, ...]) -> bool:
    return any(_stands_at(tokens, start, parts) for start in range(len(tokens) - len(parts) + 1))


def _stands_at(tokens: Sequence[str], start: int, parts: tuple[str, ...]) -> bool:
    if start + len(parts) > len(tokens):
        return False
    return all(_is_same(token, part) for token, part in zip(tokens[start:], parts, strict=False))


def _is_same(token: str, part: str) -> bool:
    """Return whether a word may be one of a phrase: with the same accents, or where either has none."""
    return token == part or ((token.isascii() or part.isascii()) and _fold(token) == _fold(part))


@lru_cache(maxsize=65536)
def _fold(token: str) -> str:
    return " ".join(words(token))
