"""N-grams of a text for the triage model, folded and as written; training and classification share them."""

import re
from collections.abc import Collection
from itertools import pairwise, repeat
from operator import contains

from anninh_core.kernel.text import place_tones, words

MAX_WORDS = 300
"""Number of words of a message that are used; longer messages state their subject within these."""
LENGTHS = (2, 4, 7, 12, 24)
"""Maximum number of different words of a message in each length class."""
_DIGIT = re.compile("[1-9]")
_JOIN = " ".join
_WRITTEN = re.compile(r"[^\W_]+|[?]")
_MARK = re.compile("[\u00c0-\u1ef9]")  # The pattern matches letters with diacritics and đ, and combining marks.


def list_folded(text: str) -> set[str]:
    """Return the n-grams of one to three folded words, without diacritics; every digit is replaced by 0."""
    tokens = words(_DIGIT.sub("0", text))[:MAX_WORDS]
    pairs = list(map(_JOIN, pairwise(tokens)))
    return {*tokens, *pairs, *map(_JOIN, zip(pairs, tokens[2:], strict=False))}


def list_written(text: str) -> set[str]:
    """Return the n-grams of one or two lower-case words with diacritics; question marks count as words."""
    tokens = _WRITTEN.findall(place_tones(_DIGIT.sub("0", text)).lower())[:MAX_WORDS]
    return {*tokens, *map(_JOIN, pairwise(tokens))}


def is_bare(text: str) -> bool:
    """Return whether a text is typed without diacritics."""
    return text.isascii() or not _MARK.search(text)


def count_words(folded: Collection[str]) -> int:
    """Return the number of different words of a text, from its folded n-grams."""
    return len(folded) - sum(map(contains, folded, repeat(" ")))


def list_lengths(count: int) -> set[str]:
    """Return features for a text with `count` words, which describe its length: two words are more often a greeting
    than a call for help.
    """
    return {f"<={most}" for most in LENGTHS if count <= most}
