"""What the model sees of a text: its n-grams, once folded and once as written. Training and running share this file."""

import re
from collections.abc import Collection
from itertools import pairwise, repeat
from operator import contains

from anninh_core.kernel.text import place_tones, words

MAX_WORDS = 300
"""Words of a message that are looked at: whoever writes more has said long before what it is about."""
LENGTHS = (2, 4, 7, 12, 24)
"""Different words up to which a message is of a length that the model knows."""
_DIGIT = re.compile("[1-9]")
_JOIN = " ".join
_WRITTEN = re.compile(r"[^\W_]+|[?]")
_MARK = re.compile("[\u00c0-\u1ef9]")  # letters with diacritics and đ, or the marks alone


def list_folded(text: str) -> set[str]:
    """Return the runs of one to three folded words, every digit written as 0: what is left without diacritics."""
    tokens = words(_DIGIT.sub("0", text))[:MAX_WORDS]
    pairs = list(map(_JOIN, pairwise(tokens)))
    return {*tokens, *pairs, *map(_JOIN, zip(pairs, tokens[2:], strict=False))}


def list_written(text: str) -> set[str]:
    """Return the runs of one or two words in lower case with their diacritics, question marks among them."""
    tokens = _WRITTEN.findall(place_tones(_DIGIT.sub("0", text)).lower())[:MAX_WORDS]
    return {*tokens, *map(_JOIN, pairwise(tokens))}


def is_bare(text: str) -> bool:
    """Tell whether a text is typed without diacritics."""
    return text.isascii() or not _MARK.search(text)


def count_words(folded: Collection[str]) -> int:
    """Return how many different words a text has, by its folded runs."""
    return len(folded) - sum(map(contains, folded, repeat(" ")))


def list_lengths(count: int) -> set[str]:
    """Return what stands for the length of a text of so many words: two words say more often "hello" than "help"."""
    return {f"<={most}" for most in LENGTHS if count <= most}
