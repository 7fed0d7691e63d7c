"""The trained model: n-grams with small whole weights, added up without any library.

Every n-gram's weights stand side by side in one whole number, so that a message costs one addition an n-gram, however
many classes there are. How they are found: `training/triage`.
"""

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import exp, inf, log, sqrt

import msgspec
from attrs import frozen

from anninh_core.plugins.triage.ngrams import count_words, list_folded, list_lengths, list_written

KINDS = ("tip", "question", "chatter", "unsuitable")
BLOCKS = ("folded", "written", "concepts")
NO_MATTER = "no matter"
NO_DANGER = -50.0  # score of an emergency
_FILE = "model.bin"
_LANE = 4  # bytes of one sum
_BIAS = 128  # added to every weight, because a lane knows no sign
_KNOWN_SHARE = 0.5
"""Known runs for each different word of a text; with fewer the others could turn it into anything."""
_NORM_STEPS = 64  # steps of a squared inverse frequency


class Block(msgspec.Struct, frozen=True):
    """N-grams of one sort.

    Attributes:
        ngrams: one a line, in order.
        counts: in how many training texts each occurs.
        weights: for each class a byte an n-gram: the weight times the inverse frequency, over `steps`, plus 128.
        steps: for each class, what one step of its weights is worth.
    """

    ngrams: str
    counts: list[int]
    weights: list[bytes]
    steps: list[float]


class Limits(msgspec.Struct, frozen=True):
    """What scores of messages of a few words mean: a single one of them weighs more, so scores go farther astray.

    Attributes:
        words: a message of up to so many different words is short.
        alarm, look_first, kind_confidence, emergency_confidence: as of `Trained`.
    """

    words: int
    alarm: float
    look_first: float
    kind_confidence: tuple[float, float]
    emergency_confidence: tuple[float, float]


class Trained(msgspec.Struct, frozen=True):
    """What `model.bin` holds.

    Attributes:
        data: hash of the sentences and settings it was made from.
        texts: number of training texts.
        categories: the categories it knows; classes are the kinds, these, perhaps `NO_MATTER`, and emergency.
        intercepts: for each class.
        alarm, look_first: scores of the emergency class from which it is one, or should be looked at first.
        kind_confidence, emergency_confidence: slope and offset that make a probability of a score.
        concepts: phrase as written -> names of what it stands for.
        stop_words: words that are no reason.
        short: what scores of short messages mean; None where it is the same.
        no_matter: whether it has a class of tips whose words alone name no matter, such as "màu đỏ".
        tip_share: how probable a tip must be, among the kinds, for an alarm.
        certain: score of the emergency class from which it is one, however improbable a tip.
        address_words: folded words of greeting and address; whoever writes no other tells of no danger.
    """

    data: str
    texts: int
    categories: list[str]
    intercepts: list[float]
    alarm: float
    look_first: float
    kind_confidence: tuple[float, float]
    emergency_confidence: tuple[float, float]
    concepts: dict[str, list[str]]
    stop_words: list[str]
    blocks: dict[str, Block]
    short: Limits | None = None
    no_matter: bool = False
    tip_share: float = 0.0
    certain: float = inf
    address_words: list[str] = []


@frozen
class Scores:
    """What the model makes of a text.

    Attributes:
        sums: score of each class.
        telling: known n-grams of the text as written, but for those of stop words alone.
        limits: what scores of a text of its length mean.
    """

    sums: Sequence[float]
    telling: Collection[str]
    limits: Limits | Trained


class Model:
    """A trained model, ready to be asked; asking changes nothing."""

    def __init__(self, trained: Trained) -> None:
        """Unpack the weights; about 30,000 n-grams take some hundredths of a second."""
        self.trained = trained
        self.matters: tuple[str, ...] = (*trained.categories, *([NO_MATTER] if trained.no_matter else ()))
        self.classes: tuple[str, ...] = (*KINDS, *self.matters, "emergency")
        self._tables = {name: _unpack(block, trained.texts) for name, block in trained.blocks.items()}
        silent = frozenset(trained.stop_words)
        self._address = frozenset(trained.address_words)
        self._telling = frozenset(one for one in self._tables["written"] if not silent.issuperset(one.split()))

    def score(self, text: str) -> Scores | None:
        """Return the score of every class, or None where too few words are known to say anything."""
        folded, written = list_folded(text), list_written(text)
        count = count_words(folded)
        concepts_of = self.trained.concepts
        concepts = {name for ngram in concepts_of.keys() & written for name in concepts_of[ngram]}
        sums = list(self.trained.intercepts)
        known = self._add("folded", folded, sums)
        if not known or known < _KNOWN_SHARE * count:
            return None
        self._add("written", written, sums)
        self._add("concepts", concepts | list_lengths(count), sums)
        if self.is_mere_address(folded):
            sums[-1] = NO_DANGER
        return Scores(sums, self._telling & written, self.limits_of(count))

    def limits_of(self, count: int) -> Limits | Trained:
        """Return what scores of a text of so many different words mean."""
        short = self.trained.short
        return short if short is not None and count <= short.words else self.trained

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
        """Return the words of a text that speak most for a class, as written, none of them part of another."""
        at = self.classes.index(name) * _LANE * 8
        table = self._tables["written"]
        weighed = [((table[ngram] >> at) & 0xFF, ngram) for ngram in scores.telling]
        reasons: list[str] = []
        for weight, ngram in sorted(weighed, key=lambda pair: (-pair[0], pair[1])):
            if weight <= _BIAS or len(reasons) == limit:
                break
            if not any(_overlap(ngram, other) for other in reasons):
                reasons.append(ngram)
        return reasons

    def _share(self, scores: Scores, kind: str) -> float:
        odds = [exp(min(score, 50.0)) for score in scores.sums[: len(KINDS)]]
        return odds[KINDS.index(kind)] / sum(odds)

    def _add(self, block: str, ngrams: Iterable[str], sums: list[float]) -> int:
        """Add a block's part to the sums and return how many of its n-grams are known."""
        known = self._tables[block].get
        hits = list(filter(None, map(known, ngrams)))
        if not hits:
            return 0
        total = memoryview(sum(hits).to_bytes(_LANE * (len(sums) + 1), "little")).cast("I")
        norm = sqrt(total[len(sums)] / _NORM_STEPS)
        shift = _BIAS * len(hits)
        for number, step in enumerate(self.trained.blocks[block].steps):
            sums[number] += (total[number] - shift) * step / norm
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


def inverse_frequency(texts: int, count: int) -> float:
    """Return how much more an n-gram says that occurs in few of the texts."""
    return log((1 + texts) / (1 + count)) + 1


def _unpack(block: Block, texts: int) -> Mapping[str, int]:
    """Return n-gram -> its weights and, in the last lane, its squared inverse frequency."""
    ngrams = block.ngrams.split("\n")
    width = _LANE * (len(block.weights) + 1)
    lanes = bytearray(width * len(ngrams))
    for number, column in enumerate(block.weights):
        lanes[number * _LANE :: width] = column
    norms = {count: round(inverse_frequency(texts, count) ** 2 * _NORM_STEPS) for count in set(block.counts)}
    low = bytes(norms[count] & 0xFF for count in block.counts)
    high = bytes(norms[count] >> 8 for count in block.counts)
    lanes[width - _LANE :: width], lanes[width - _LANE + 1 :: width] = low, high
    return {
        ngram: int.from_bytes(lanes[start : start + width], "little")
        for ngram, start in zip(ngrams, range(0, len(lanes), width), strict=True)
    }


def _logistic(score: float, line: tuple[float, float]) -> float:
    slope, offset = line
    return 1 / (1 + exp(-max(-50.0, min(50.0, slope * score + offset))))


def _overlap(one: str, other: str) -> bool:
    return not set(one.split()).isdisjoint(other.split())
