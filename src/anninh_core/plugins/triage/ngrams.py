"""What the model sees of a text: its n-grams, once folded and once as written. Training and running share this file."""

import re
from itertools import pairwise

from anninh_core.kernel.text import place_tones, words

MAX_WORDS = 300
"""Words of a message that are looked at: whoever writes more has said long before what it is about."""
_ZEROS = str.maketrans("123456789", "000000000")
_JOIN = " ".join
_WRITTEN = re.compile(r"[^\W_]+|[?]")


def list_folded(text: str) -> set[str]:
    """Return the runs of one to three folded words, every digit written as 0: what is left without diacritics."""
    tokens = words(text.translate(_ZEROS))[:MAX_WORDS]
    pairs = list(map(_JOIN, pairwise(tokens)))
    return {*tokens, *pairs, *map(_JOIN, zip(pairs, tokens[2:], strict=False))}


def list_written(text: str) -> set[str]:
    """Return the runs of one or two words in lower case with their diacritics, question marks among them."""
    tokens = _WRITTEN.findall(place_tones(text.translate(_ZEROS)).lower())[:MAX_WORDS]
    return {*tokens, *map(_JOIN, pairwise(tokens))}
