"""Which tips may tell of the same thing: by place, time and words, over all categories. Pure; a person decides."""

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
"""How far apart in time two reports of the same thing may be received."""

WEIGHTS: Mapping[str, float] = {"words": 0.45, "place": 0.2, "time": 0.15, "kind": 0.2}
"""What each kind of likeness, from 0 to 1, adds to the whole."""

LIKELY = 0.45
"""From this likeness on, two tips are suggested as one matter."""

_LINK = 0.5  # so alike have two tips to be for a third one to be found through them
_THROUGH = 0.9  # factor for what is found through another one
_TIMES = ((6, 1.0), (24, 0.8), (72, 0.5))  # hours -> likeness
_TIMES_OF_DANGER = ((0.5, 1.0), (2, 0.6), (6, 0.2), (72, 0.0))
_SAME_CATEGORY = 0.4
_UNKNOWN_CATEGORY = 0.2
_DISTANCES = ((0.5, 1.0), (2.0, 0.6), (5.0, 0.2))  # kilometres -> likeness
_UNKNOWN = 0.5  # likeness where one of the two isn't known
_SAME_COMMUNE = 0.8
_OTHER_NAMED = 0.1
_MIN_LENGTH = 2  # letters of a word that tells something; numbers always do


@frozen(kw_only=True)
class Likeness:
    """How much two tips seem to tell of the same thing.

    Attributes:
        score: 0 to 1.
        reasons: what each part adds, the heaviest first; nothing in it tells who reported.
    """

    score: float
    reasons: tuple[str, ...] = ()


@frozen(kw_only=True)
class SimilarTip:
    """A tip that may report the same event as another. A person decides."""

    tip: Tip
    likeness: Likeness

    def for_handlers(self, names: Pseudonyms) -> "SimilarTip":
        """Return it as officers see it: whose the tip is stands under a name of that case alone."""
        return evolve(self, tip=self.tip.for_handlers(names))

    @property
    def items(self) -> tuple[Tip, ...]:
        """The record that is shown, for the journal."""
        return (self.tip,)

    def to_view(self, context: ViewContext) -> SimilarTipView:
        """Return what may leave."""
        return make_view(SimilarTipView, self.likeness, tip=self.tip.to_row(context))


@frozen
class _Parts:
    """What is compared of a tip: `commune` is "" where it isn't known, `named` what its words may mean then."""

    tip: Tip
    words: frozenset[str]
    commune: str
    named: frozenset[str] = frozenset()


def find_duplicates(district: District, tip: Tip, others: Iterable[Tip]) -> tuple[SimilarTip, ...]:
    """Return tips that may tell of the same thing, most alike first: also those found only through another one."""
    near = [other for other in others if other.id != tip.id and abs(other.received_at - tip.received_at) <= WINDOW]
    parts = [_take_apart(district, one) for one in (tip, *near)]
    weights = _weigh([part.words for part in parts])
    own = parts[0]
    rest = parts[1:]
    direct = {part.tip.id: _compare(own, part, weights) for part in rest}
    likely = {id: likeness for id, likeness in direct.items() if likeness.score >= LIKELY}
    for part in rest:
        if part.tip.id not in likely and (through := _find_link(part, rest, direct, weights)):
            likely[part.tip.id] = through
    by_id = {part.tip.id: part.tip for part in rest}
    ranked = sorted(likely.items(), key=lambda pair: -pair[1].score)
    return tuple(SimilarTip(tip=by_id[id], likeness=likeness) for id, likeness in ranked)


def compare(district: District, one: Tip, other: Tip, others: Iterable[Tip] = ()) -> Likeness:
    """Return how much two tips seem to tell of the same thing; words that many of `others` have weigh less."""
    parts = [_take_apart(district, tip) for tip in (one, other, *others)]
    return _compare(parts[0], parts[1], _weigh([part.words for part in parts]))


def count_sources(tips: Sequence[Tip]) -> tuple[int, int]:
    """Return how many different people reported, and how many tips have no chat, so that nobody can tell.

    Whoever wrote in five groups counts once.
    """
    known = {tip.conversation for tip in tips if tip.conversation}
    return len(known), sum(not tip.conversation for tip in tips)


def content_words(district: District, text: str) -> frozenset[str]:
    """Return the folded words of a text that say what it is about, and its pairs of words with one of these."""
    tokens = expand_slang(_telling_words(district, text), district.teen_code)
    telling = {word for word in tokens if len(word) >= _MIN_LENGTH or word.isdigit()}
    return frozenset(telling | {f"{one} {two}" for one, two in pairwise(tokens) if {one, two} & telling})


def _take_apart(district: District, tip: Tip) -> _Parts:
    content = content_words(district, tip.text)
    commune = district.counting_unit(tip.unit)
    if district.levels[district.units[commune].level].counts:
        return _Parts(tip, content, commune)
    named = {district.counting_unit(place.unit) for place in suggest_places(district, tip)}
    return _Parts(tip, content, "", frozenset(named))


def _telling_words(district: District, text: str) -> list[str]:
    """Return the folded words of a text without the common ones: with accents "cho" is one of them, "chó" isn't."""
    common = district.places.common
    folded = words(text)
    written = split_accented(text)
    if text.isascii() or len(written) != len(folded):
        return [word for word in folded if word not in common]
    return [word for word, way in zip(folded, written, strict=True) if way not in common.get(word, ())]


def _weigh(texts: Sequence[frozenset[str]]) -> Mapping[str, float]:
    """Return the weight of each word: one that few tips have says more."""
    counts = Counter(word for text in texts for word in text)
    return {word: math.log(1 + len(texts) / count) for word, count in counts.items()}


def _compare(one: _Parts, other: _Parts, weights: Mapping[str, float]) -> Likeness:
    if abs(one.tip.received_at - other.tip.received_at) > WINDOW:
        return Likeness(score=0.0, reasons=("received more than three days apart",))
    parts = {
        "words": _compare_words(one, other, weights),
        "place": _compare_places(one, other),
        "time": _compare_times(one, other),
        "kind": _compare_kinds(one, other),
    }
    adds = sorted(((WEIGHTS[name] * value, name, why) for name, (value, why) in parts.items()), reverse=True)
    reasons = tuple(f"{name} +{added:.2f} of {WEIGHTS[name]:.2f}: {why}" for added, name, why in adds)
    if not parts["place"][0]:
        return Likeness(score=0.0, reasons=reasons)  # two places: two matters, however alike the words
    return Likeness(score=round(sum(added for added, _, _ in adds), 3), reasons=reasons)


def _compare_words(one: _Parts, other: _Parts, weights: Mapping[str, float]) -> tuple[float, str]:
    shared = one.words & other.words
    least = min(_sum(one.words, weights), _sum(other.words, weights))
    if not shared or not least:
        return 0.0, "no telling word in common"
    value = min(1.0, 1.5 * _sum(shared, weights) / least)
    telling = sorted((word for word in shared if " " not in word), key=lambda word: (-weights[word], word))
    return value, f"both say {', '.join(telling[:5]) or 'the same pairs of words'}"


def _sum(tokens: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(weights[token] for token in tokens)


def _compare_places(one: _Parts, other: _Parts) -> tuple[float, str]:
    if one.tip.point and other.tip.point:
        km = distance_km(one.tip.point, other.tip.point)
        value = next((value for most, value in _DISTANCES if km <= most), 0.0)
        return value, f"{km:.1f} km apart"
    if not (one.commune and other.commune):
        return _compare_named(one, other)
    if one.commune != other.commune:
        return 0.0, "in different communes"
    if one.tip.unit == other.tip.unit != one.commune:
        return 1.0, "in the same area"
    return _SAME_COMMUNE, "in the same commune"


def _compare_named(one: _Parts, other: _Parts) -> tuple[float, str]:
    """Compare places of which one at least isn't known: its words may name the other's all the same."""
    known = frozenset({one.commune, other.commune}) - {""}
    named = one.named | other.named
    if not named or (not known and not (one.named and other.named)):
        return _UNKNOWN, "of one the commune isn't known"
    if named & known or one.named & other.named:
        return _SAME_COMMUNE, "one names the other's commune"
    return _OTHER_NAMED, "one names another commune"


def _compare_times(one: _Parts, other: _Parts) -> tuple[float, str]:
    hours = abs(one.tip.received_at - other.tip.received_at) / timedelta(hours=1)
    times = _TIMES_OF_DANGER if one.tip.emergency and other.tip.emergency else _TIMES
    return next(value for most, value in times if hours <= most), f"{hours:.1f} hours apart"


def _compare_kinds(one: _Parts, other: _Parts) -> tuple[float, str]:
    if one.tip.emergency and other.tip.emergency:
        return 1.0, "both are emergencies"
    if not (one.tip.category and other.tip.category):
        return _UNKNOWN_CATEGORY, "of one the category isn't known"
    same = one.tip.category == other.tip.category
    return (_SAME_CATEGORY, "the same category") if same else (0.0, "another category")


def _find_link(
    part: _Parts,
    rest: Sequence[_Parts],
    direct: Mapping[str, Likeness],
    weights: Mapping[str, float],
) -> Likeness | None:
    """Return the likeness of a tip that is alike only to one that is alike to the tip asked about, or None."""
    if not direct[part.tip.id].score:
        return None
    links = [
        (min(direct[via.tip.id].score, linked.score), via, linked)
        for via in rest
        if via is not part and direct[via.tip.id].score >= _LINK
        if (linked := _compare(part, via, weights)).score >= _LINK
    ]
    if not links:
        return None
    score, via, linked = max(links, key=lambda link: link[0])
    reasons = (f"through {via.tip.receipt}, which is alike to both", *linked.reasons)
    return evolve(linked, score=round(score * _THROUGH, 3), reasons=reasons)
