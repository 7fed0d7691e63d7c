"""The trained model for classifying messages: n-grams with small integer weights, added up without any library.

All weights of an n-gram are packed into one integer, so that each n-gram of a message costs one addition, however many
classes there are. Training: `training/triage`.
"""

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import exp, inf, log, sqrt
from operator import add

import msgspec
from attrs import frozen

from anninh_core.plugins.triage.ngrams import count_words, is_bare, list_folded, list_lengths, list_written

KINDS = ("tip", "question", "chatter", "unsuitable")
BLOCKS = ("folded", "written", "concepts")
NO_MATTER = "no matter"
NO_DANGER = -50.0  # Score of the emergency class for a text that reports no danger.
_FILE = "model.bin"
# Number of bytes for the sum of a class's weights, and for the sum of the norms.
_LANE = 2
_NORM_LANE = 4
# This is added to every weight, because the packed sums are unsigned; 900 n-grams of up to 63 each fit into one.
BIAS = 32
_KNOWN_SHARE = 0.5
"""Minimum number of known n-grams for each different word of a text; with fewer, the unknown words could change its
class completely.
"""
_NORM_STEPS = 64  # Number of steps for each unit of a squared inverse frequency.


class Block(msgspec.Struct, frozen=True):
    """The n-grams of a kind (folded, as written, or concepts), with their weights.

    Attributes:
        ngrams: n-grams, one per line, in order.
        counts: number of training texts with each n-gram.
        weights: per class, one byte per n-gram: weight times inverse frequency, over `steps`, plus `BIAS`; 1 to 63.
        steps: per class, the value of one step of its weights.
    """

    ngrams: str
    counts: list[int]
    weights: list[bytes]
    steps: list[float]


class Limits(msgspec.Struct, frozen=True):
    """Interpretation of the scores for a kind of messages: in short messages each word weighs more, and text without
    diacritics is less specific.

    Attributes:
        alarm, look_first: scores of the emergency class above which a message is an emergency, or should be reviewed
        first.
        kind_confidence, emergency_confidence: slope and offset that convert a score into a probability.
    """

    alarm: float
    look_first: float
    kind_confidence: tuple[float, float]
    emergency_confidence: tuple[float, float]


class Trained(msgspec.Struct, frozen=True):
    """Content of the model's file `model.bin`.

    Attributes:
        data: hash of the sentences and settings it was trained on.
        texts: number of training texts.
        categories: categories of tips. The classes with weights are: the kinds except tips, calm tips of each category
            and of `NO_MATTER`, urgent tips of each category, and danger regardless of category.
        intercepts: one per class with weights.
        odds_weight: weight of the log odds of urgent tips, relative to the score of danger.
        limits: interpretation of scores; `short`, `bare` and `short_bare` replace it for short messages and for text
            without diacritics, None if they don't differ.
        concepts: phrase as written -> names of its concepts.
        stop_words: words that are never given as a reason.
        short_words: greatest number of different words of a short message.
        tip_share: smallest probability of a tip, among the kinds, for an alarm.
        certain: score of the emergency class above which a message is an emergency, whatever the probability of a tip.
        address_words: folded words of greeting and address; a message with only such words reports no danger.
    """

    data: str
    texts: int
    categories: list[str]
    intercepts: list[float]
    odds_weight: float
    limits: Limits
    concepts: dict[str, list[str]]
    stop_words: list[str]
    blocks: dict[str, Block]
    short_words: int = 0
    short: Limits | None = None
    bare: Limits | None = None
    short_bare: Limits | None = None
    tip_share: float = 0.0
    certain: float = inf
    address_words: list[str] = []


@frozen
class Scores:
    """Scores of a text.

    Attributes:
        sums: score of each class: the kinds, the matters of a tip, and emergency.
        telling: known n-grams of the text as written, without those of stop words alone.
        limits: interpretation of the scores for this sort of text.
    """

    sums: Sequence[float]
    telling: Collection[str]
    limits: Limits


class Model:
    """A trained model, ready to score texts; immutable."""

    def __init__(self, trained: Trained) -> None:
        """Unpack the weights of a trained model; about 30,000 n-grams take some hundredths of a second."""
        self.trained = trained
        self.matters: tuple[str, ...] = (*trained.categories, NO_MATTER)
        self._tables = {name: _build_weight_table(block, trained.texts) for name, block in trained.blocks.items()}
        self._width = _LANE * len(trained.intercepts) + _NORM_LANE
        stop_words = frozenset(trained.stop_words)
        self._address = frozenset(trained.address_words)
        self._telling = frozenset(
            ngram for ngram in self._tables["written"] if not stop_words.issuperset(ngram.split())
        )

    def score(self, text: str) -> Scores | None:
        """Return the score of a text for every class, or None if too few of its words are known."""
        folded = list_folded(text)
        written = list_written(text)
        count = count_words(folded)
        concepts_of = self.trained.concepts
        concepts = {name for ngram in concepts_of.keys() & written for name in concepts_of[ngram]}
        sums = list(self.trained.intercepts)
        known_count = self._add_weights("folded", folded, sums)
        if not known_count or known_count < _KNOWN_SHARE * count:
            return None
        self._add_weights("written", written, sums)
        self._add_weights("concepts", concepts | list_lengths(count), sums)
        joined = join_sums(sums, len(self.matters), self.trained.odds_weight)
        if self.is_mere_address(folded):
            joined[-1] = NO_DANGER
        return Scores(joined, self._telling & written, self.find_limits(count, bare=is_bare(text)))

    def find_limits(self, count: int, *, bare: bool) -> Limits:
        """Return the interpretation of scores for a text with `count` different words, with or without diacritics."""
        trained = self.trained
        short_limits = (trained.short_bare if bare else trained.short) if count <= trained.short_words else None
        return short_limits or (trained.bare if bare else None) or trained.limits

    def is_mere_address(self, folded: Collection[str]) -> bool:
        """Return whether a text, given as folded n-grams, has only words of greeting and address; calls for help often
        begin with these.
        """
        return self._address.issuperset(run for run in folded if " " not in run)

    def is_emergency(self, scores: Scores) -> bool:
        """Return whether the scores of a text require an alarm: danger is certain, or it is likely and a tip isn't too
        improbable.
        """
        danger = scores.sums[-1]
        is_likely = danger >= scores.limits.alarm and self._compute_share(scores, "tip") >= self.trained.tip_share
        return is_likely or danger >= self.trained.certain

    def kind_confidence(self, scores: Scores, kind: str) -> float:
        """Return the probability that a text is of a kind, from 0 to 1, calibrated on messages outside the training
        data.
        """
        share = min(max(self._compute_share(scores, kind), 1e-9), 1 - 1e-9)
        return _logistic(log(share / (1 - share)), scores.limits.kind_confidence)

    def emergency_confidence(self, scores: Scores) -> float:
        """Return the probability that a text reports an emergency, from 0 to 1, calibrated on messages outside the
        training data.
        """
        return _logistic(scores.sums[-1], scores.limits.emergency_confidence)

    def explain(self, scores: Scores, name: str, limit: int = 4) -> list[str]:
        """Return the phrases of a text that weigh most for a kind or for an emergency, as written, without repeated
        words.
        """
        at = self._find_class_number(scores, name) * _LANE * 8
        table = self._tables["written"]
        weighed = [(-weight, ngram) for ngram in scores.telling if (weight := (table[ngram] >> at) & 0xFF) > BIAS]
        reasons: list[str] = []
        used_words: set[str] = set()
        for _, ngram in sorted(weighed):
            parts = ngram.split()
            if used_words.isdisjoint(parts):
                reasons.append(ngram)
                used_words.update(parts)
            if len(reasons) == limit:
                break
        return reasons

    def _find_class_number(self, scores: Scores, name: str) -> int:
        """Return the number of the class with the weights for a kind or an emergency; for a tip, that of its most
        probable matter.
        """
        if name == "emergency":
            return len(self.trained.intercepts) - 1
        if name != "tip":
            return KINDS.index(name) - 1
        matters = scores.sums[len(KINDS) : -1]
        return len(KINDS) - 1 + max(range(len(matters)), key=matters.__getitem__)

    def _compute_share(self, scores: Scores, kind: str) -> float:
        odds = [exp(min(score, 50.0)) for score in scores.sums[: len(KINDS)]]
        return odds[KINDS.index(kind)] / sum(odds)

    def _add_weights(self, block: str, ngrams: Iterable[str], sums: list[float]) -> int:
        """Add the weights of a text's n-grams in a block to the sums, and return the number of known n-grams."""
        find_weights = self._tables[block].get
        hits = list(filter(None, map(find_weights, ngrams)))
        if not hits:
            return 0
        total = sum(hits).to_bytes(self._width, "little")
        norm = sqrt(int.from_bytes(total[-_NORM_LANE:], "little") / _NORM_STEPS)
        shift = BIAS * len(hits)
        steps = self.trained.blocks[block].steps
        lanes = memoryview(total[:-_NORM_LANE]).cast("H")
        sums[:] = [value + (lane - shift) * step / norm for value, lane, step in zip(sums, lanes, steps, strict=True)]
        return len(hits)


@cache
def load_model() -> Model | None:
    """Return the shipped model, or None if its file was left out: then only the profile's words are used."""
    path = files("anninh_core.plugins.triage") / _FILE
    return Model(unpack(path.read_bytes())) if path.is_file() else None


def pack(trained: Trained) -> bytes:
    """Encode a model as the bytes of its file; equal models have equal bytes."""
    return zlib.compress(msgspec.msgpack.encode(trained, order="deterministic"), 9)


def unpack(data: bytes) -> Trained:
    """Decode a model from the bytes of its file.

    Raises:
        ValueError, zlib.error: they aren't the bytes of a model file.
    """
    return msgspec.msgpack.decode(zlib.decompress(data), type=Trained)


def join_sums(sums: Sequence[float], matters: int, odds_weight: float) -> list[float]:
    """Return the scores of the kinds, of the matters and of an emergency, from the sums of the weights.

    Each kind except tips has one sum; tips have a sum per matter for calm tips, and one per category for urgent tips,
    without `NO_MATTER`; the last sum is that of danger. All sums except the last are log odds.

    Args:
        matters: number of matters.
    """
    odds = list(map(exp, sums[:-1]))
    start = len(KINDS) - 1
    calm = odds[start : start + matters]
    urgent = odds[start + matters :]
    not_urgent = sum(odds[: start + matters])
    urgent_total = sum(urgent)
    danger = sums[-1] + odds_weight * log(urgent_total / not_urgent)
    return [log(sum(calm) + urgent_total), *sums[:start], *map(log, map(add, calm, (*urgent, 0.0))), danger]


def inverse_frequency(texts: int, count: int) -> float:
    """Return the inverse frequency of an n-gram that occurs in `count` of `texts` texts; rare n-grams weigh more."""
    return log((1 + texts) / (1 + count)) + 1


def _build_weight_table(block: Block, texts: int) -> Mapping[str, int]:
    """Return each n-gram of a block with its packed weights, and its squared inverse frequency in the last lane."""
    ngrams = block.ngrams.split("\n")
    width = _LANE * len(block.weights) + _NORM_LANE
    lanes = bytearray(width * len(ngrams))
    for number, column in enumerate(block.weights):
        lanes[number * _LANE :: width] = column
    norms = {count: round(inverse_frequency(texts, count) ** 2 * _NORM_STEPS) for count in set(block.counts)}
    low = bytes(norms[count] & 0xFF for count in block.counts)
    high = bytes(norms[count] >> 8 for count in block.counts)
    lanes[width - _NORM_LANE :: width] = low
    lanes[width - _NORM_LANE + 1 :: width] = high
    return {
        ngram: int.from_bytes(lanes[start : start + width], "little")
        for ngram, start in zip(ngrams, range(0, len(lanes), width), strict=True)
    }


def _logistic(score: float, line: tuple[float, float]) -> float:
    slope, offset = line
    return 1 / (1 + exp(-max(-50.0, min(50.0, slope * score + offset))))
