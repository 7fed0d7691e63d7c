"""Passages: the part of a text that answers a search, and how closely a text says what was typed."""

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
    """A part of a text that was found by words.

    Attributes:
        text: as it is written; what was left out before or behind it is marked by an ellipsis.
        matched: its words that were asked for, as written, each once.
    """

    text: str
    matched: tuple[str, ...] = ()


@frozen(order=True)
class Closeness:
    """How closely a text says what was typed; the greater comes first.

    Attributes:
        numbers: share of the numbers typed that stand beside the same word as in the query.
        exact: share of the words typed that stand there with the same diacritics; 0 where none were typed, as then they
            may have been left out.
        pairs: share of the neighbours typed that are neighbours there.
    """

    numbers: float = 0.0
    exact: float = 0.0
    pairs: float = 0.0


def split_passages(text: str, limit: int = _LONG) -> tuple[str, ...]:
    """Return the lines of a text, those longer than a limit sentence by sentence."""
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
    """Return the passage of a text that has most of the words wanted; the first of equals.

    Args:
        wanted: folded words.
        slang: folded informal word -> the folded words that it stands for.
        limit: length of a passage in characters, about.
        weights: folded word -> how much it says; 1 where it isn't named.
    """
    sought = frozenset(wanted)

    def rate(part: str) -> float:
        terms = {term for written in _WRITTEN.findall(part) for term in _meanings(written, slang)}
        return sum((weights or {}).get(term, 1.0) for term in terms & sought)

    return _cut_around(max(split_passages(text, limit), key=rate, default=""), sought, slang, limit)


def rate_closeness(text: str, typed: Sequence[str], slang: Mapping[str, Phrase]) -> Closeness:
    """Tell how closely a text says what was typed.

    Args:
        typed: the words of a query as typed, see `typed_words`.
        slang: folded informal word -> the folded words that it stands for.
    """
    written = _WRITTEN.findall(nfc(text))
    asked = _spelled_out(typed, slang)
    said = _spelled_out(written, slang)
    neighbours = frozenset(pairwise(said))
    beside = [*pairwise(asked)]
    numbers = [pair for pair in beside if pair[1].isdecimal()]
    return Closeness(
        numbers=_share(numbers, neighbours), exact=_exactness(written, typed), pairs=_share(beside, neighbours)
    )


def _exactness(written: Sequence[str], typed: Sequence[str]) -> float:
    exact = [*map(_exact, typed)]
    if all(word.isascii() for word in exact):
        return 0.0
    return _share([word for word in exact if not word.isdecimal()], frozenset(map(_exact, written)))


def _exact(word: str) -> str:
    return place_tones(word).casefold()


def _share(asked: Sequence[object], there: Collection[object]) -> float:
    return sum(one in there for one in asked) / len(asked) if asked else 0.0


def _spelled_out(written: Sequence[str], slang: Mapping[str, Phrase]) -> list[str]:
    return [term for word in written for term in _meanings(word, slang)]


def _meanings(written: str, slang: Mapping[str, Phrase]) -> Phrase:
    folded = tuple(str(int(word)) if word.isascii() and word.isdecimal() else word for word in words(written))
    return slang.get(folded[0], folded) if len(folded) == 1 else folded


def _split_line(line: str, limit: int) -> Iterator[str]:
    """Yield a line in pieces of whole sentences, as long as they may be."""
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
    """Return a passage no longer than a limit, around the first word that was sought."""
    first = next((found.start() for found in _WRITTEN.finditer(part) if _is_sought(found.group(), sought, slang)), 0)
    start = 0 if len(part) <= limit or first < limit // 2 else part.rfind(" ", 0, first - limit // 4) + 1
    shown = clip(part[start:], limit)
    text = f"{_CUT if start else ''}{shown}{_CUT if start + len(shown) < len(part) else ''}"
    matched = (word for word in _WRITTEN.findall(shown) if _is_sought(word, sought, slang))
    return Passage(text, tuple(dict.fromkeys(matched)))


def _is_sought(written: str, sought: frozenset[str], slang: Mapping[str, Phrase]) -> bool:
    return not sought.isdisjoint(_meanings(written, slang))
