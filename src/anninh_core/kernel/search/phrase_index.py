"""Search of a text for many phrases at once, at the cost of two lookups for each of its words."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise

from anninh_core.kernel.text import contains_phrase

_SYLLABLE = re.compile(r"[^\W_]+")

_Key = str | tuple[str, str]
"""A syllable, or two adjacent syllables, used as the key of phrases in the index."""


class PhraseIndex:
    """An index of folded phrases in named lists; finds the same as `contains_phrase`.

    A phrase is compared only if the text contains its rarest pair of syllables, the pair that the fewest phrases share.

    Args:
        lists: name -> its phrases.
    """

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._entries = [(name, phrase) for name, phrases in lists.items() for phrase in phrases]
        keys = [_list_phrase_keys(phrase) for _, phrase in self._entries]
        shared = Counter(key for of_phrase in keys for key in set(of_phrase))
        self._by_key: dict[_Key, list[int]] = {}
        for number, of_phrase in enumerate(keys):
            rarest = min(of_phrase, key=shared.__getitem__, default="")
            self._by_key.setdefault(rarest, []).append(number)

    def find_phrases(self, folded_text: str) -> dict[str, list[str]]:
        """Return the phrases that occur in a text by list, in the list's order; lists without any are omitted."""
        phrases_by_list: dict[str, list[str]] = {}
        syllables = _split_syllables(folded_text)
        # The key "" is for a phrase without syllables, which may occur anywhere.
        keys = {"", *syllables, *pairwise(syllables)}
        candidates = map(self._by_key.__getitem__, self._by_key.keys() & keys)
        for number in sorted(chain.from_iterable(candidates)):
            name, phrase = self._entries[number]
            # The first, cheaper test already rejects most phrases.
            if phrase in folded_text and contains_phrase(folded_text, phrase):
                phrases_by_list.setdefault(name, []).append(phrase)
        return phrases_by_list


def _list_phrase_keys(phrase: str) -> Sequence[_Key]:
    syllables = _split_syllables(phrase)
    return [*pairwise(syllables)] or syllables


def _split_syllables(folded_text: str) -> list[str]:
    # In nearly every text this is true, and splitting at blanks is cheaper than matching a pattern.
    is_plain = folded_text.replace(" ", "").isalnum()
    return folded_text.split() if is_plain else _SYLLABLE.findall(folded_text)
