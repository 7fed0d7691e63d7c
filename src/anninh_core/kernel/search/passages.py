"""Search results: the part of a text that matches a search, and how closely a text matches the typed words."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from attrs import frozen

from anninh_core.kernel.search.query import Phrase
from anninh_core.kernel.text import clip, nfc, place_tones, words

_WRITTEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…;])\s+")
_LONG = 240
_CUT = "…"


@frozen
class Passage:
    """A part of a text that matches a search.

    Attributes:
        text: as written; omitted text before or after is marked by an ellipsis.
        matched: distinct words of the passage that match, as written.
    """

    text: str
    matched: tuple[str, ...] = ()


@frozen(order=True)
class Closeness:
    """How closely a text matches the typed words; greater values rank first.

    Attributes:
        numbers: share of the typed numbers that follow the same word as in the query.
        exact: share of the typed words that occur with the same diacritics; 0 if none were typed, as they may have been
            omitted.
        pairs: share of the typed pairs of adjacent words that are also adjacent in the text.
    """

    numbers: float = 0.0
    exact: float = 0.0
    pairs: float = 0.0


def split_passages(text: str, limit: int = _LONG) -> tuple[str, ...]:
    """Return the lines of a text; lines longer than `limit` are split at sentences."""
    lines = (line.strip() for line in nfc(text).splitlines())
    return tuple(part for line in lines if line for part in _split_line(line, limit))


def find_passage(
    text: str,
    wanted: Collection[str],
    slang: Mapping[str, Phrase],
    *,
    limit: int = _LONG,
    weights: Mapping[str, float] | None = None,
) -> Passage:
    """Return the passage of a text that contains most of the wanted words, the first of several equal ones.

    Args:
        wanted: folded words.
        slang: folded informal word -> the folded words of its meaning.
        limit: approximate length of a passage in characters.
        weights: folded word -> its weight; default 1.
    """
    sought = frozenset(wanted)

    def rate_passage(part: str) -> float:
        terms = {term for written in _WRITTEN.findall(part) for term in _expand_word(written, slang)}
        return sum((weights or {}).get(term, 1.0) for term in terms & sought)

    return _cut_around(max(split_passages(text, limit), key=rate_passage, default=""), sought, slang, limit)


def rate_closeness(text: str, typed: Sequence[str], slang: Mapping[str, Phrase]) -> Closeness:
    """Return how closely a text matches the typed words.

    Args:
        typed: the words of a query as typed, see `typed_words`.
        slang: folded informal word -> the folded words of its meaning.
    """
    written = _WRITTEN.findall(nfc(text))
    query_terms = _expand_slang(typed, slang)
    text_terms = _expand_slang(written, slang)
    neighbours = frozenset(pairwise(text_terms))
    query_pairs = [*pairwise(query_terms)]
    numbers = [pair for pair in query_pairs if pair[1].isdecimal()]
    return Closeness(
        numbers=_compute_share(numbers, neighbours),
        exact=_rate_same_diacritics(written, typed),
        pairs=_compute_share(query_pairs, neighbours),
    )


def _rate_same_diacritics(written: Sequence[str], typed: Sequence[str]) -> float:
    exact = [*map(_normalize_word, typed)]
    if all(word.isascii() for word in exact):
        return 0.0
    return _compute_share([word for word in exact if not word.isdecimal()], frozenset(map(_normalize_word, written)))


def _normalize_word(word: str) -> str:
    return place_tones(word).casefold()


def _compute_share(items: Sequence[object], present: Collection[object]) -> float:
    return sum(item in present for item in items) / len(items) if items else 0.0


def _expand_slang(written: Sequence[str], slang: Mapping[str, Phrase]) -> list[str]:
    return [term for word in written for term in _expand_word(word, slang)]


def _expand_word(written: str, slang: Mapping[str, Phrase]) -> Phrase:
    folded = tuple(str(int(word)) if word.isascii() and word.isdecimal() else word for word in words(written))
    return slang.get(folded[0], folded) if len(folded) == 1 else folded


def _split_line(line: str, limit: int) -> Iterator[str]:
    """Yield a line in pieces of whole sentences, each as long as `limit` allows."""
    piece = ""
    for sentence in _SENTENCE_END.split(line):
        if piece and len(piece) + len(sentence) >= limit:
            yield piece
            piece = sentence
        else:
            piece = f"{piece} {sentence}".strip()
    if piece:
        yield piece


def _cut_around(part: str, sought: frozenset[str], slang: Mapping[str, Phrase], limit: int) -> Passage:
    """Return a passage no longer than `limit`, around the first matching word."""
    first = next(
        (match.start() for match in _WRITTEN.finditer(part) if _is_sought_word(match.group(), sought, slang)), 0
    )
    start = 0 if len(part) <= limit or first < limit // 2 else part.rfind(" ", 0, first - limit // 4) + 1
    excerpt = clip(part[start:], limit)
    text = f"{_CUT if start else ''}{excerpt}{_CUT if start + len(excerpt) < len(part) else ''}"
    matched = (word for word in _WRITTEN.findall(excerpt) if _is_sought_word(word, sought, slang))
    return Passage(text, tuple(dict.fromkeys(matched)))


def _is_sought_word(written: str, sought: frozenset[str], slang: Mapping[str, Phrase]) -> bool:
    return not sought.isdisjoint(_expand_word(written, slang))
