"""From sentences to the file in the wheel: fit, set the thresholds, calibrate, round, pack."""

from collections.abc import Sequence
from hashlib import sha256
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from anninh_core.plugins.triage import model as shipped
from anninh_core.plugins.triage.model import Block, Limits, Trained, pack
from anninh_core.plugins.triage.ngrams import count_words, is_bare, list_folded
from training.triage import heads as heads_module
from training.triage.features import MOST, SCALE, build_rows, load_concepts
from training.triage.generate import SEED, choose_bare, copies
from training.triage.heads import (
    CLASS_C,
    DANGER_C,
    EVENNESS,
    HIDDEN_CLASS_COPIES,
    HIDDEN_DANGER_COPIES,
    HIDDEN_SHARE,
    ODDS_WEIGHT,
    Heads,
    Labels,
    Values,
    fit_heads,
    label,
)
from training.triage.sentences import CATEGORIES, HERE, KINDS, Sentence, load_sentences

MODEL = Path(shipped.__file__).with_name("model.bin")
ALARM_RECALL = 0.965
LOOK_FIRST_RECALL = 0.995
MOST_LOOKS = 0.3
"""Share of longer messages, of those hard to tell, that may be looked at first without danger, whatever that does to
recall: where it is more, as without diacritics, a mark says nothing."""
HARD_AUTHORS = frozenset("klmnqrstv")
"""Who were asked for what is hard to tell. Longer messages have thresholds by their sentences: easy emergencies are
found anyway, and among them the share of missed ones would look better than it is where it matters. Not `aa`: its
emergencies were written to be missed."""
TIP_SHARE = 0.1
"""Probability of a tip below which nothing alarms, unless danger is certain: a joke full of fire stays a joke."""
CERTAIN = 0.5  # score
SHORT = 5  # different words
# Shares of short messages that may alarm, or be looked at first, without danger: most are greetings and answers.
SHORT_FALSE_ALARMS = 0.05
SHORT_LOOKS = 0.25
_FOLDS = 5
SPLITS = 2
"""Ways of making folds. By a single one the bars move with the luck of which topics are taken away together."""
_FEWEST_SHORT = 20  # emergencies among short messages, to say anything of them
_STEPS = shipped.BIAS - 1  # of a weight, on each side of zero; 127 make no difference but to the size of the file
_DIGITS = 6  # of what is written as a number: the last ones differ from machine to machine


def fit(folder: Path = HERE / "data") -> bytes:
    """Return the bytes of the model file that the sentences of a folder make; the same sentences, the same bytes."""
    sentences = load_sentences(folder)
    concepts = load_concepts()
    rows = build_rows(sentences, concepts)
    splits = [
        heads_module.score_out_of_fold(sentences, rows, folds=_FOLDS, by_topic=True, seed=SEED + n)
        for n in range(SPLITS)
    ]
    return _assemble(sentences, concepts, fit_heads(rows, label(sentences)), splits)


def _assemble(
    sentences: Sequence[Sentence], concepts: dict[str, list[str]], heads: Heads, splits: Sequence[Sequence[Values]]
) -> bytes:
    return pack(
        Trained(
            data=hash_data(sentences, concepts),
            texts=next(iter(heads.vocabularies.values())).texts,
            categories=list(CATEGORIES),
            intercepts=[round(float(value), _DIGITS) for value in heads.intercepts],
            odds_weight=ODDS_WEIGHT,
            **set_limits(sentences, splits),
            concepts=concepts,
            stop_words=sorted(set((HERE / "stop_words.txt").read_text(encoding="utf-8").split())),
            blocks=dict(_pack_blocks(heads)),
            short_words=SHORT,
            tip_share=TIP_SHARE,
            certain=CERTAIN,
            address_words=load_address_words(),
        )
    )


def load_address_words() -> list[str]:
    """Return the folded words of greeting and address."""
    return sorted(set((HERE / "address_words.txt").read_text(encoding="utf-8").split()))


def set_limits(sentences: Sequence[Sentence], splits: Sequence[Sequence[Values]]) -> dict[str, Limits]:
    """Return what scores mean, of texts as written and without diacritics: of longer messages and of short ones.

    Args:
        sentences: what was scored.
        splits: their scores out of fold as written and without diacritics, by each way of making folds.
    """
    sentences, texts = [*sentences] * len(splits), [copies(sentence) for sentence in sentences] * len(splits)
    scores = [np.concatenate(found) for found in zip(*splits, strict=True)]
    labels = label(sentences)
    hard = np.array([sentence.author in HARD_AUTHORS for sentence in sentences])
    marked = np.array([not is_bare(one[0]) for one in texts])
    written = [one[0] for one in texts if not is_bare(one[0])]
    of_written = _set_by_length(written, scores[0][marked], labels.choose(marked), hard[marked])
    of_bare = _set_by_length([choose_bare(one) for one in texts], scores[1], labels, hard)
    return dict(zip(("limits", "short"), of_written, strict=False)) | dict(
        zip(("bare", "short_bare"), of_bare, strict=False)
    )


def _set_by_length(texts: Sequence[str], scores: Values, labels: Labels, hard: NDArray[np.bool_]) -> tuple[Limits, ...]:
    """Return the limits of longer messages, and those of short ones where there are enough of them."""
    ngrams = [list_folded(text) for text in texts]
    is_long = np.array([count_words(runs) for runs in ngrams]) > SHORT
    address = set(load_address_words())
    scores = scores.copy()
    scores[[address.issuperset(run for run in runs if " " not in run) for runs in ngrams], -1] = shipped.NO_DANGER
    limits = _set_limits(scores[is_long], labels.choose(is_long))
    if any(labels.emergency[hard & is_long]):
        limits |= _set_thresholds(scores[hard & is_long], labels.choose(hard & is_long))
        calm = scores[hard & is_long & (labels.emergency == 0)]
        limits["look_first"] = max(limits["look_first"], _quantile(calm[:, -1], 1 - MOST_LOOKS))
    of_short = scores[~is_long]
    short = labels.choose(~is_long)
    if min(np.bincount(short.emergency, minlength=2)) < _FEWEST_SHORT:
        return (Limits(**limits),)
    own = _set_limits(of_short, short)
    calm = of_short[short.emergency == 0]
    alarm = max(own["alarm"], _quantile(_alarming(calm), 1 - SHORT_FALSE_ALARMS))
    look_first = max(own["look_first"], _quantile(calm[:, -1], 1 - SHORT_LOOKS))
    return Limits(**limits), Limits(**{**own, "alarm": alarm, "look_first": look_first})


def _quantile(scores: Values, share: float) -> float:
    return round(float(np.quantile(scores, share)), _DIGITS)


def _set_limits(scores: Values, labels: Labels) -> dict[str, Any]:
    return {**_set_thresholds(scores, labels), **_calibrate(scores, labels)}


def _set_thresholds(scores: Values, labels: Labels) -> dict[str, float]:
    return {
        "alarm": threshold(_alarming(scores), labels, ALARM_RECALL),
        "look_first": threshold(scores[:, -1], labels, LOOK_FIRST_RECALL),
    }


def _alarming(scores: Values) -> Values:
    """Return the emergency scores, lowest where a tip is out of the question."""
    odds = np.exp(scores[:, : len(KINDS)])
    is_alarming = (odds[:, 0] >= TIP_SHARE * odds.sum(axis=1)) | (scores[:, -1] >= CERTAIN)
    return np.where(is_alarming, scores[:, -1], shipped.NO_DANGER)


def _calibrate(scores: Values, labels: Labels) -> dict[str, tuple[float, float]]:
    return {
        "kind_confidence": _calibrate_kind(scores, labels),
        "emergency_confidence": _line(np.clip(scores[:, -1], -3, 3), labels.emergency),
    }


def threshold(scores: Values, labels: Labels, recall: float) -> float:
    """Return the score that so many of the emergencies reach."""
    reached = np.sort(scores[labels.emergency == 1])
    return round(float(reached[int((1 - recall) * len(reached))]), _DIGITS)


def hash_data(sentences: Sequence[Sentence], concepts: dict[str, list[str]]) -> str:
    """Return the hash of all that decides what the model becomes."""
    settings = (
        SEED,
        CLASS_C,
        DANGER_C,
        (HIDDEN_SHARE, HIDDEN_CLASS_COPIES, HIDDEN_DANGER_COPIES),
        EVENNESS,
        ODDS_WEIGHT,
        (ALARM_RECALL, LOOK_FIRST_RECALL, MOST_LOOKS, SHORT_FALSE_ALARMS, SHORT_LOOKS),
        sorted(MOST.items()),
        sorted(SCALE.items()),
        (_FOLDS, SPLITS),
        SHORT,
        (TIP_SHARE, CERTAIN),
        sorted(HARD_AUTHORS),
    )
    whole = repr((settings, load_address_words(), [repr(sentence) for sentence in sentences], sorted(concepts.items())))
    return sha256(whole.encode()).hexdigest()


def _pack_blocks(heads: Heads) -> list[tuple[str, Block]]:
    """Round the weights of each block to whole steps. A class's step is set by its largest weight."""
    blocks = []
    start = 0
    for name, known in heads.vocabularies.items():
        size = len(known.ngrams)
        inverse = np.array([shipped.inverse_frequency(known.texts, count) for count in known.counts])
        weights = heads.weights[:, start : start + size] * inverse
        steps = np.abs(weights).max(axis=1) / _STEPS
        steps[steps == 0] = 1  # of a class that no sentence has
        rounded = np.clip(np.rint(weights / steps[:, None]), -_STEPS, _STEPS).astype(np.int64) + shipped.BIAS
        blocks.append(
            (
                name,
                Block(
                    ngrams="\n".join(known.ngrams),
                    counts=list(known.counts),
                    weights=[bytes(column.tolist()) for column in rounded],
                    steps=[round(float(step * SCALE[name]), 9) for step in steps],
                ),
            )
        )
        start += size
    return blocks


def _calibrate_kind(scores: Values, labels: Labels) -> tuple[float, float]:
    sums = scores[:, : len(KINDS)]
    best = sums.argmax(axis=1)
    odds = np.exp(sums - sums.max(axis=1, keepdims=True))
    share = np.clip(odds.max(axis=1) / odds.sum(axis=1), 1e-9, 1 - 1e-9)
    return _line(np.array([log(one / (1 - one)) for one in share]), (best == labels.kind).astype(np.int64))


def _line(scores: Values, truth: Values) -> tuple[float, float]:
    """Return slope and offset of the logistic curve through scores and what was true (Platt)."""
    curve = LogisticRegression(C=1e6).fit(scores.reshape(-1, 1), truth)
    return round(float(curve.coef_[0, 0]), 4), round(float(curve.intercept_[0]), 4)
