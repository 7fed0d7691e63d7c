"""Requests about data of one's own among a resident's words, by the profile's phrases."""

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
    """What somebody asks about data of theirs.

    Attributes:
        is_alone: whether nothing but courtesy was said beside it.
    """

    kind: RightsKind
    is_alone: bool


def may_ask(said: Iterable[str], district: District) -> bool:
    """Tell in a moment by the words of a message, informal ones expanded, whether it may ask anything."""
    return bool(district.phrases_of(*_LISTS).find_in(" ".join(_as_own(said, district))))


def parse_rights(text: str, district: District) -> RightsOrder | None:
    """Return the request that a clause of a message begins with, after courtesy; None for none.

    "Kẻ gian xóa dữ liệu của tôi" begins otherwise, and asks for nothing.
    """
    clauses = [tokens for part in _CLAUSE_END.split(text) if (tokens := _read(part, district))]
    friendly = [tuple(phrase.split()) for name in _FRIENDLY for phrase in district.words.get(name, ())]
    kind = None
    is_alone = True
    for tokens in clauses:
        begin = _skip(tokens, friendly)
        found, length = _begins_with(tokens[begin:], district) if kind is None else (None, 0)
        kind = found or kind
        is_alone = is_alone and _skip(tokens[begin + length :], friendly) == len(tokens) - begin - length
    return None if kind is None else RightsOrder(kind=kind, is_alone=is_alone)


def _read(part: str, district: District) -> list[str]:
    return _as_own(expand_slang(words(part), district.teen_code), district)


def _as_own(said: Iterable[str], district: District) -> list[str]:
    """Return words with one for oneself in place of all others: who says `em` or `cháu` means the same as `tôi`."""
    own = district.words.get("rights_self", ())
    return [own[0] if word in own else word for word in said]


def _skip(tokens: Sequence[str], friendly: Sequence[tuple[str, ...]]) -> int:
    """Return how many words at the beginning are courtesy."""
    at = 0
    while at < len(tokens):
        fits = (len(phrase) for phrase in friendly if tuple(tokens[at : at + len(phrase)]) == phrase)
        length = max(fits, default=0)
        if not length:
            break
        at += length
    return at


def _begins_with(tokens: Sequence[str], district: District) -> tuple[RightsKind | None, int]:
    """Return what a clause begins to ask, by the longest phrase, and how many words that has."""
    found: tuple[RightsKind | None, int] = (None, 0)
    for kind in RightsKind:
        for phrase in district.words.get(f"rights_{kind}", ()):
            parts = phrase.split()
            if len(parts) > found[1] and list(tokens[: len(parts)]) == parts:
                found = kind, len(parts)
    return found
