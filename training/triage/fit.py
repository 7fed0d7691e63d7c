"""From sentences to the file in the wheel: fit, set the thresholds, calibrate, round, pack."""

from collections.abc import Sequence
from hashlib import sha256
from math import log
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from anninh_core.plugins.triage import model as shipped
from anninh_core.plugins.triage.model import Block, Trained, pack
from training.triage import heads as heads_module
from training.triage.features import MOST, SCALE, build_rows, load_concepts
from training.triage.generate import SEED
from training.triage.heads import CATEGORY_C, EMERGENCY_C, KIND_C, Heads, Labels, Values, fit_heads, label
from training.triage.sentences import CATEGORIES, HERE, KINDS, Sentence, load_sentences

MODEL = Path(shipped.__file__).with_name("model.bin")
ALARM_RECALL, LOOK_FIRST_RECALL = 0.95, 0.98
_FOLDS = 5
_STEPS = 127  # of a weight, on each side of zero
_DIGITS = 6  # of what is written as a number: the last ones differ from machine to machine


def fit(folder: Path = HERE / "data") -> bytes:
    """Return the bytes of the model file that the sentences of a folder make; the same sentences, the same bytes."""
    sentences = load_sentences(folder)
    concepts = load_concepts()
    rows = build_rows(sentences, concepts)
    labels = label(sentences)
    out_of_fold = heads_module.score_out_of_fold(sentences, rows, folds=_FOLDS, by_topic=False)
    heads = fit_heads(rows, labels)
    alarm, look_first = (threshold(out_of_fold, labels, recall) for recall in (ALARM_RECALL, LOOK_FIRST_RECALL))
    return pack(
        Trained(
            data=hash_data(sentences, concepts),
            texts=len(rows),
            categories=list(CATEGORIES),
            intercepts=[round(float(value), _DIGITS) for value in heads.intercepts],
            alarm=alarm,
            look_first=look_first,
            kind_confidence=_calibrate_kind(out_of_fold, labels),
            emergency_confidence=_line(out_of_fold[:, -1], labels.emergency),
            concepts=concepts,
            stop_words=sorted(set((HERE / "stop_words.txt").read_text(encoding="utf-8").split())),
            blocks=dict(_pack_blocks(heads)),
        )
    )


def threshold(scores: Values, labels: Labels, recall: float) -> float:
    """Return the score that so many of the emergencies reach."""
    reached = np.sort(scores[labels.emergency == 1, -1])
    return round(float(reached[int((1 - recall) * len(reached))]), _DIGITS)


def hash_data(sentences: Sequence[Sentence], concepts: dict[str, list[str]]) -> str:
    """Return the hash of all that decides what the model becomes."""
    settings = (SEED, KIND_C, CATEGORY_C, EMERGENCY_C, sorted(MOST.items()), sorted(SCALE.items()), _FOLDS)
    whole = repr((settings, [repr(sentence) for sentence in sentences], sorted(concepts.items())))
    return sha256(whole.encode()).hexdigest()


def _pack_blocks(heads: Heads) -> list[tuple[str, Block]]:
    """Round the weights of each block to whole steps. A class's step is set by its largest weight."""
    blocks, start = [], 0
    for name, known in heads.vocabularies.items():
        size = len(known.ngrams)
        inverse = np.array([shipped.inverse_frequency(known.texts, count) for count in known.counts])
        weights = heads.weights[:, start : start + size] * inverse
        steps = np.abs(weights).max(axis=1) / _STEPS
        rounded = np.clip(np.rint(weights / steps[:, None]), -_STEPS, _STEPS).astype(np.int64) + 128
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
