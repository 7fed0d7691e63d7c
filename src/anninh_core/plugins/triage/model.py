"""The trained model: n-grams with small whole weights, added up without any library.

Every n-gram's weights stand side by side in one whole number, so that a message costs one addition an n-gram, however
many classes there are. How they are found: `training/triage`.
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
NO_DANGER = -50.0  # score of an emergency
_FILE = "model.bin"
# bytes of one sum, and of that of the norms
_LANE = 2
_NORM_LANE = 4
BIAS = 32  # added to every weight, because a lane knows no sign; 900 n-grams of up to 63 each fit into a lane
_KNOWN_SHARE = 0.5
"""Known runs for each different word of a text; with fewer the others could turn it into anything."""
_NORM_STEPS = 64  # steps of a squared inverse frequency


class Block(msgspec.Struct, frozen=True):
    """N-grams of one sort.

    Attributes:
        ngrams: one a line, in order.
        counts: in how many training texts each occurs.
        weights: for each class a byte an n-gram: weight times inverse frequency, over `steps`, plus `BIAS`; 1 to 63.
        steps: for each class, what one step of its weights is worth.
    """

    ngrams: str
    counts: list[int]
    weights: list[bytes]
    steps: list[float]


class Limits(msgspec.Struct, frozen=True):
    """What scores of messages of one sort mean: of few words a single one weighs more, without diacritics it says less.

    Attributes:
        alarm, look_first: scores of the emergency class from which it is one, or should be looked at first.
        kind_confidence, emergency_confidence: slope and offset that make a probability of a score.
    """

    alarm: float
    look_first: float
    kind_confidence: tuple[float, float]
    emergency_confidence: tuple[float, float]


class Trained(msgspec.Struct, frozen=True):
    """What `model.bin` holds.

    Attributes:
        data: hash of the sentences and settings it was made from.
        texts: number of training texts.
        categories: the categories it knows. Weights are of the kinds but tips, of calm tips of each category and of
            `NO_MATTER`, of urgent tips of each category, and of danger, whatever of.
        intercepts: for each of these.
        odds_weight: what the log odds of urgent tips count beside the score of danger.
        limits: what scores mean; `short`, `bare` and `short_bare` where it differs, None where it doesn't.
        concepts: phrase as written -> names of what it stands for.
        stop_words: words that are no reason.
        short_words: a message of up to so many different words is short.
        tip_share: how probable a tip must be, among the kinds, for an alarm.
        certain: score of the emergency class from which it is one, however improbable a tip.
        address_words: folded words of greeting and address; whoever writes no other tells of no danger.
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
    """What the model makes of a text.

    Attributes:
        sums: score of each class: the kinds, the matters of a tip, and emergency.
        telling: known n-grams of the text as written, but for those of stop words alone.
        limits: what scores of such a text mean.
    """

    sums: Sequence[float]
    telling: Collection[str]
    limits: Limits


class Model:
    """A trained model, ready to be asked; asking changes nothing."""

    def __init__(self, trained: Trained) -> None:
        """Unpack the weights; about 30,000 n-grams take some hundredths of a second."""
        self.trained = trained
        self.matters: tuple[str, ...] = (*trained.categories, NO_MATTER)
        self._tables = {name: _unpack(block, trained.texts) for name, block in trained.blocks.items()}
        self._width = _LANE * len(trained.intercepts) + _NORM_LANE
        silent = frozenset(trained.stop_words)
        self._address = frozenset(trained.address_words)
        self._telling = frozenset(one for one in self._tables["written"] if not silent.issuperset(one.split()))

    def score(self, text: str) -> Scores | None:
        """Return the score of every class, or None where too few words are known to say anything."""
        folded = list_folded(text)
        written = list_written(text)
        count = count_words(folded)
        concepts_of = self.trained.concepts
        concepts = {name for ngram in concepts_of.keys() & written for name in concepts_of[ngram]}
        sums = list(self.trained.intercepts)
        known = self._add("folded", folded, sums)
        if not known or known < _KNOWN_SHARE * count:
            return None
        self._add("written", written, sums)
        self._add("concepts", concepts | list_lengths(count), sums)
        joined = join_sums(sums, len(self.matters), self.trained.odds_weight)
        if self.is_mere_address(folded):
            joined[-1] = NO_DANGER
        return Scores(joined, self._telling & written, self.limits_of(count, bare=is_bare(text)))

    def limits_of(self, count: int, *, bare: bool) -> Limits:
        """Return what scores of a text of so many different words mean, with or without diacritics."""
        trained = self.trained
        own = (trained.short_bare if bare else trained.short) if count <= trained.short_words else None
        return own or (trained.bare if bare else None) or trained.limits

    def is_mere_address(self, folded: Collection[str]) -> bool:
        """Tell whether a text, by its folded runs, only greets or calls somebody; in danger people begin alike."""
        return self._address.issuperset(run for run in folded if " " not in run)

    def is_emergency(self, scores: Scores) -> bool:
        """Tell whether to alarm: danger is certain, or likely and a tip not out of the question."""
        danger = scores.sums[-1]
        is_likely = danger >= scores.limits.alarm and self._share(scores, "tip") >= self.trained.tip_share
        return is_likely or danger >= self.trained.certain

    def kind_confidence(self, scores: Scores, kind: str) -> float:
        """Return how probable a kind is, by messages that the model hadn't seen in training: 0 to 1."""
        share = min(max(self._share(scores, kind), 1e-9), 1 - 1e-9)
        return _logistic(log(share / (1 - share)), scores.limits.kind_confidence)

    def emergency_confidence(self, scores: Scores) -> float:
        """Return how probable an emergency is, by messages that the model hadn't seen in training: 0 to 1."""
        return _logistic(scores.sums[-1], scores.limits.emergency_confidence)

    def explain(self, scores: Scores, name: str, limit: int = 4) -> list[str]:
        """Return the words of a text that speak most for a kind or for an emergency, as written, none twice."""
        at = self._column(scores, name) * _LANE * 8
        table = self._tables["written"]
        weighed = [(-weight, ngram) for ngram in scores.telling if (weight := (table[ngram] >> at) & 0xFF) > BIAS]
        reasons: list[str] = []
        said: set[str] = set()
        for _, ngram in sorted(weighed):
            parts = ngram.split()
            if said.isdisjoint(parts):
                reasons.append(ngram)
                said.update(parts)
            if len(reasons) == limit:
                break
        return reasons

    def _column(self, scores: Scores, name: str) -> int:
        """Return the number of the weights that speak for a kind or an emergency; for a tip those of its matter."""
        if name == "emergency":
            return len(self.trained.intercepts) - 1
        if name != "tip":
            return KINDS.index(name) - 1
        matters = scores.sums[len(KINDS) : -1]
        return len(KINDS) - 1 + max(range(len(matters)), key=matters.__getitem__)

    def _share(self, scores: Scores, kind: str) -> float:
        odds = [exp(min(score, 50.0)) for score in scores.sums[: len(KINDS)]]
        return odds[KINDS.index(kind)] / sum(odds)

    def _add(self, block: str, ngrams: Iterable[str], sums: list[float]) -> int:
        """Add a block's part to the sums and return how many of its n-grams are known."""
        known = self._tables[block].get
        hits = list(filter(None, map(known, ngrams)))
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
    """Return the shipped model, None where the file was left out: then the profile's words are all there is."""
    path = files("anninh_core.plugins.triage") / _FILE
    return Model(unpack(path.read_bytes())) if path.is_file() else None


def pack(trained: Trained) -> bytes:
    """Return a model as the bytes of its file: the same model, the same bytes."""
    return zlib.compress(msgspec.msgpack.encode(trained, order="deterministic"), 9)


def unpack(data: bytes) -> Trained:
    """Return the model in the bytes of a file.

    Raises:
        ValueError, zlib.error: they are no such file.
    """
    return msgspec.msgpack.decode(zlib.decompress(data), type=Trained)


def join_sums(sums: Sequence[float], matters: int, odds_weight: float) -> list[float]:
    """Return the scores of the kinds, of so many matters and of an emergency, by the sums of the weights.

    What is no tip has a sum of its own; calm and urgent tips have one for each matter, urgent ones none for
    `NO_MATTER`; the last is that of danger. All but the last are logarithms of odds.
    """
    odds = list(map(exp, sums[:-1]))
    start = len(KINDS) - 1
    calm = odds[start : start + matters]
    urgent = odds[start + matters :]
    rest = sum(odds[: start + matters])
    hurry = sum(urgent)
    danger = sums[-1] + odds_weight * log(hurry / rest)
    return [log(sum(calm) + hurry), *sums[:start], *map(log, map(add, calm, (*urgent, 0.0))), danger]


def inverse_frequency(texts: int, count: int) -> float:
    """Return how much more an n-gram says that occurs in few of the texts."""
    return log((1 + texts) / (1 + count)) + 1


def _unpack(block: Block, texts: int) -> Mapping[str, int]:
    """Return n-gram -> its weights and, in the last lane, its squared inverse frequency."""
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
