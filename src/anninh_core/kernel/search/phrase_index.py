"""Search of a text for many phrases at once, at the cost of one lookup for each of its words."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain

from anninh_core.kernel.text import contains_phrase

_SYLLABLE = re.compile(r"[^\W_]+")


class PhraseIndex:
    """Folded phrases in named lists; finds what `contains_phrase` finds.

    A phrase is compared only if the text contains its rarest syllable, the one that the fewest phrases share.

    Args:
        lists: name -> its phrases.
    """

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._entries = [(name, phrase) for name, phrases in lists.items() for phrase in phrases]
        shared = Counter(syllable for _, phrase in self._entries for syllable in set(_SYLLABLE.findall(phrase)))
        self._by_syllable: dict[str, list[int]] = {}
        for number, (_, phrase) in enumerate(self._entries):
            rarest = min(_SYLLABLE.findall(phrase), key=shared.__getitem__, default="")
            self._by_syllable.setdefault(rarest, []).append(number)

    def find_in(self, folded_text: str) -> dict[str, list[str]]:
        """Return the phrases that occur in a text by list, in the list's order; lists without any are left out."""
        phrases_by_list: dict[str, list[str]] = {}
        syllables = {"", *_SYLLABLE.findall(folded_text)}  # "": a phrase without any may stand anywhere
        candidates = map(self._by_syllable.__getitem__, self._by_syllable.keys() & syllables)
        for number in sorted(chain.from_iterable(candidates)):
            name, phrase = self._entries[number]
            if phrase in folded_text and contains_phrase(folded_text, phrase):  # most end at the first, cheaper look
                phrases_by_list.setdefault(name, []).append(phrase)
        return phrases_by_list
