"""Search for requests about personal data in a resident's message, by the profile's phrases."""

import re
from collections.abc import Iterable, Sequence

from attrs import frozen

from anninh_core.kernel.text import expand_slang, words
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.rights import RightsKind

_CLAUSE_END = re.compile(r"[.,;:!?\n]+")
_LISTS = tuple(f"rights_{kind}" for kind in RightsKind)
_FRIENDLY = ("polite", "thanks", "assent", "rights_asking")


@frozen(kw_only=True)
class RightsOrder:
    """A resident's request about their own personal data.

    Attributes:
        is_alone: whether the message otherwise contains only courtesy.
    """

    kind: RightsKind
    is_alone: bool


def may_request_data(tokens: Iterable[str], district: District) -> bool:
    """Return whether a message may contain a request about personal data, by a fast check of its words, with informal
    ones expanded.
    """
    return bool(district.phrases_of(*_LISTS).find_phrases(" ".join(_unify_self_words(tokens, district))))


def parse_rights_request(text: str, district: District) -> RightsOrder | None:
    """Return the request about personal data that a clause of a message begins with, after courtesy; or None.

    "Kẻ gian xóa dữ liệu của tôi" begins differently, and requests nothing.
    """
    clauses = [tokens for part in _CLAUSE_END.split(text) if (tokens := _tokenize(part, district))]
    friendly = [tuple(phrase.split()) for name in _FRIENDLY for phrase in district.words.get(name, ())]
    kind = None
    is_alone = True
    for tokens in clauses:
        begin = _count_courtesy(tokens, friendly)
        clause_kind, length = _find_opening_request(tokens[begin:], district) if kind is None else (None, 0)
        kind = clause_kind or kind
        is_alone = is_alone and _count_courtesy(tokens[begin + length :], friendly) == len(tokens) - begin - length
    return None if kind is None else RightsOrder(kind=kind, is_alone=is_alone)


def _tokenize(part: str, district: District) -> list[str]:
    return _unify_self_words(expand_slang(words(part), district.teen_code), district)


def _unify_self_words(tokens: Iterable[str], district: District) -> list[str]:
    """Return words in which each word for the writer is replaced by the same one: `em` or `cháu` means the same as
    `tôi`.
    """
    self_words = district.words.get("rights_self", ())
    return [self_words[0] if word in self_words else word for word in tokens]


def _count_courtesy(tokens: Sequence[str], friendly: Sequence[tuple[str, ...]]) -> int:
    """Return the number of words of courtesy at the beginning."""
    count = 0
    while count < len(tokens):
        fits = (len(phrase) for phrase in friendly if tuple(tokens[count : count + len(phrase)]) == phrase)
        length = max(fits, default=0)
        if not length:
            break
        count += length
    return count


def _find_opening_request(tokens: Sequence[str], district: District) -> tuple[RightsKind | None, int]:
    """Return the request that the words of a clause begin with, by the longest phrase, and the number of words in the
    phrase.
    """
    longest: tuple[RightsKind | None, int] = (None, 0)
    for kind in RightsKind:
        for phrase in district.words.get(f"rights_{kind}", ()):
            parts = phrase.split()
            if len(parts) > longest[1] and list(tokens[: len(parts)]) == parts:
                longest = kind, len(parts)
    return longest
