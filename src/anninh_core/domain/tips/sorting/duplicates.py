"""Pure functions that find tips which may report the same matter, by place, time and text, over all categories; a
person decides.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise

from attrs import evolve, frozen

from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.sorting.location_question import suggest_places
from anninh_core.domain.tips.sorting.places import distance_km
from anninh_core.domain.tips.sorting.views import SimilarTipView
from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.text import expand_slang, words
from anninh_core.usecase.views import ViewContext, make_view
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.places import split_accented

WINDOW = timedelta(hours=72)
"""Longest time between the receptions of two reports of the same matter."""

WEIGHTS: Mapping[str, float] = {"words": 0.45, "place": 0.2, "time": 0.15, "kind": 0.2}
"""Weight of each kind of likeness, from 0 to 1, in the score."""

LIKELY = 0.45
"""Lowest score of two tips that are suggested as the same matter."""

_LINK = 0.5  # Lowest score of two tips at which a third tip may be found through one of them.
_THROUGH = 0.9  # Factor for the score of tips that are found through another tip.
_TIMES = ((6, 1.0), (24, 0.8), (72, 0.5))  # Likeness of two times, by their largest difference in hours.
_TIMES_OF_DANGER = ((0.5, 1.0), (2, 0.6), (6, 0.2), (72, 0.0))
_SAME_CATEGORY = 0.4
_UNKNOWN_CATEGORY = 0.2
_DISTANCES = ((0.5, 1.0), (2.0, 0.6), (5.0, 0.2))  # Likeness of two places, by their largest distance in kilometres.
_UNKNOWN = 0.5  # Likeness if the value is unknown for one of the two tips.
_SAME_COMMUNE = 0.8
_OTHER_NAMED = 0.1
_MIN_LENGTH = 2  # Minimum number of letters of a content word; numbers always count.


@frozen(kw_only=True)
class Likeness:
    """How likely two tips report the same matter.

    Attributes:
        score: 0 to 1.
        reasons: contribution of each kind of likeness, the largest first; nothing in it identifies a reporter.
    """

    score: float
    reasons: tuple[str, ...] = ()


@frozen(kw_only=True)
class SimilarTip:
    """A tip that may report the same event as another. A person decides."""

    tip: Tip
    likeness: Likeness

    def for_handlers(self, names: Pseudonyms) -> "SimilarTip":
        """Return the similar tip as officers see it, with its reporter under a pseudonym for that case only."""
        return evolve(self, tip=self.tip.for_handlers(names))

    @property
    def items(self) -> tuple[Tip, ...]:
        """The shown tip, which the journal records."""
        return (self.tip,)

    def to_view(self, context: ViewContext) -> SimilarTipView:
        """Return the read-only view of the similar tip."""
        return make_view(SimilarTipView, self.likeness, tip=self.tip.to_row(context))


@frozen
class _Parts:
    """The compared parts of a tip: `commune` is "" if unknown, and `named` then has the communes that its text may
    mean.
    """

    tip: Tip
    words: frozenset[str]
    commune: str
    named: frozenset[str] = frozenset()


def find_duplicates(district: District, tip: Tip, others: Iterable[Tip]) -> tuple[SimilarTip, ...]:
    """Return tips that may report the same matter, the most alike first, including tips found only through another
    tip.
    """
    near = [other for other in others if other.id != tip.id and abs(other.received_at - tip.received_at) <= WINDOW]
    parts = [_extract_parts(district, candidate) for candidate in (tip, *near)]
    weights = _weigh_words([part.words for part in parts])
    own_parts = parts[0]
    other_parts = parts[1:]
    direct = {part.tip.id: _compare_parts(own_parts, part, weights) for part in other_parts}
    likely = {id: likeness for id, likeness in direct.items() if likeness.score >= LIKELY}
    for part in other_parts:
        if part.tip.id not in likely and (linked := _find_linked_likeness(part, other_parts, direct, weights)):
            likely[part.tip.id] = linked
    by_id = {part.tip.id: part.tip for part in other_parts}
    ranked = sorted(likely.items(), key=lambda pair: -pair[1].score)
    return tuple(SimilarTip(tip=by_id[id], likeness=likeness) for id, likeness in ranked)


def compare_tips(district: District, first: Tip, other: Tip, others: Iterable[Tip] = ()) -> Likeness:
    """Return the likeness of two tips; words that occur in many of `others` weigh less."""
    parts = [_extract_parts(district, tip) for tip in (first, other, *others)]
    return _compare_parts(parts[0], parts[1], _weigh_words([part.words for part in parts]))


def count_sources(tips: Sequence[Tip]) -> tuple[int, int]:
    """Return how many different people reported, and how many tips have no chat, so that their reporters are unknown.

    A reporter who wrote in five groups counts once.
    """
    conversations = {tip.conversation for tip in tips if tip.conversation}
    return len(conversations), sum(not tip.conversation for tip in tips)


def extract_content_words(district: District, text: str) -> frozenset[str]:
    """Return the content words of a text, folded, and the pairs of words with at least one content word."""
    tokens = expand_slang(_drop_common_words(district, text), district.teen_code)
    content = {word for word in tokens if len(word) >= _MIN_LENGTH or word.isdigit()}
    return frozenset(content | {f"{first} {second}" for first, second in pairwise(tokens) if {first, second} & content})


def _extract_parts(district: District, tip: Tip) -> _Parts:
    content = extract_content_words(district, tip.text)
    commune = district.counting_unit(tip.unit)
    if district.levels[district.units[commune].level].counts:
        return _Parts(tip, content, commune)
    named_communes = {district.counting_unit(place.unit) for place in suggest_places(district, tip)}
    return _Parts(tip, content, "", frozenset(named_communes))


def _drop_common_words(district: District, text: str) -> list[str]:
    """Return the folded words of a text without common words: with accents "cho" is a common word, "chó" isn't."""
    common = district.places.common
    folded = words(text)
    written = split_accented(text)
    if text.isascii() or len(written) != len(folded):
        return [word for word in folded if word not in common]
    return [word for word, way in zip(folded, written, strict=True) if way not in common.get(word, ())]


def _weigh_words(texts: Sequence[frozenset[str]]) -> Mapping[str, float]:
    """Return the weight of each word: words that occur in few tips weigh more."""
    counts = Counter(word for text in texts for word in text)
    return {word: math.log(1 + len(texts) / count) for word, count in counts.items()}


def _compare_parts(first: _Parts, other: _Parts, weights: Mapping[str, float]) -> Likeness:
    if abs(first.tip.received_at - other.tip.received_at) > WINDOW:
        return Likeness(score=0.0, reasons=("received more than three days apart",))
    parts = {
        "words": _compare_words(first, other, weights),
        "place": _compare_places(first, other),
        "time": _compare_times(first, other),
        "kind": _compare_kinds(first, other),
    }
    adds = sorted(((WEIGHTS[name] * value, name, why) for name, (value, why) in parts.items()), reverse=True)
    reasons = tuple(f"{name} +{added:.2f} of {WEIGHTS[name]:.2f}: {why}" for added, name, why in adds)
    if not parts["place"][0]:
        # The tips name two places, so they report two matters, however alike their texts are.
        return Likeness(score=0.0, reasons=reasons)
    return Likeness(score=round(sum(added for added, _, _ in adds), 3), reasons=reasons)


def _compare_words(first: _Parts, other: _Parts, weights: Mapping[str, float]) -> tuple[float, str]:
    shared = first.words & other.words
    least = min(_sum_weights(first.words, weights), _sum_weights(other.words, weights))
    if not shared or not least:
        return 0.0, "no telling word in common"
    value = min(1.0, 1.5 * _sum_weights(shared, weights) / least)
    shared_words = sorted((word for word in shared if " " not in word), key=lambda word: (-weights[word], word))
    return value, f"both say {', '.join(shared_words[:5]) or 'the same pairs of words'}"


def _sum_weights(tokens: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(weights[token] for token in tokens)


def _compare_places(first: _Parts, other: _Parts) -> tuple[float, str]:
    if first.tip.point and other.tip.point:
        km = distance_km(first.tip.point, other.tip.point)
        value = next((value for most, value in _DISTANCES if km <= most), 0.0)
        return value, f"{km:.1f} km apart"
    if not (first.commune and other.commune):
        return _compare_named_places(first, other)
    if first.commune != other.commune:
        return 0.0, "in different communes"
    if first.tip.unit == other.tip.unit != first.commune:
        return 1.0, "in the same area"
    return _SAME_COMMUNE, "in the same commune"


def _compare_named_places(first: _Parts, other: _Parts) -> tuple[float, str]:
    """Compare the places of two tips if at least one commune is unknown: the communes named in the text of a tip may
    include the commune of the other.
    """
    known_communes = frozenset({first.commune, other.commune}) - {""}
    named_communes = first.named | other.named
    if not named_communes or (not known_communes and not (first.named and other.named)):
        return _UNKNOWN, "of one the commune isn't known"
    if named_communes & known_communes or first.named & other.named:
        return _SAME_COMMUNE, "one names the other's commune"
    return _OTHER_NAMED, "one names another commune"


def _compare_times(first: _Parts, other: _Parts) -> tuple[float, str]:
    hours = abs(first.tip.received_at - other.tip.received_at) / timedelta(hours=1)
    times = _TIMES_OF_DANGER if first.tip.emergency and other.tip.emergency else _TIMES
    return next(value for most, value in times if hours <= most), f"{hours:.1f} hours apart"


def _compare_kinds(first: _Parts, other: _Parts) -> tuple[float, str]:
    if first.tip.emergency and other.tip.emergency:
        return 1.0, "both are emergencies"
    if not (first.tip.category and other.tip.category):
        return _UNKNOWN_CATEGORY, "of one the category isn't known"
    same = first.tip.category == other.tip.category
    return (_SAME_CATEGORY, "the same category") if same else (0.0, "another category")


def _find_linked_likeness(
    part: _Parts,
    rest: Sequence[_Parts],
    direct: Mapping[str, Likeness],
    weights: Mapping[str, float],
) -> Likeness | None:
    """Return the likeness of a tip that is alike only through a third tip, or None."""
    if not direct[part.tip.id].score:
        return None
    links = [
        (min(direct[via.tip.id].score, linked.score), via, linked)
        for via in rest
        if via is not part and direct[via.tip.id].score >= _LINK
        if (linked := _compare_parts(part, via, weights)).score >= _LINK
    ]
    if not links:
        return None
    score, via, linked = max(links, key=lambda link: link[0])
    reasons = (f"through {via.tip.receipt}, which is alike to both", *linked.reasons)
    return evolve(linked, score=round(score * _THROUGH, 3), reasons=reasons)
