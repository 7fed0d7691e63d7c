"""The three heads: kind and category by logistic regression, emergency by a linear support vector machine."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from anninh_core.plugins.triage.model import BLOCKS
from training.triage.features import Row, Vocabulary, build_matrix, choose_vocabulary
from training.triage.generate import SEED
from training.triage.sentences import CATEGORIES, KINDS, NOTHING, Sentence

KIND_C, CATEGORY_C, EMERGENCY_C = 2.0, 2.0, 0.1
_NEVER = -50.0  # score
Values: TypeAlias = NDArray[np.float64]
MATTERS = (*CATEGORIES, NOTHING)
CLASSES = len(KINDS) + len(MATTERS) + 1


@frozen
class Labels:
    """What the sentences are: number of the kind, of the category (-1: none), and whether it is an emergency."""

    kind: NDArray[np.int64]
    category: NDArray[np.int64]
    emergency: NDArray[np.int64]

    def choose(self, chosen: NDArray[np.bool_]) -> "Labels":
        """Return the labels of some sentences."""
        return Labels(self.kind[chosen], self.category[chosen], self.emergency[chosen])


@frozen
class Heads:
    """What was found: a row of weights and an intercept for each class, in the order of the shipped model."""

    vocabularies: dict[str, Vocabulary]
    weights: Values
    intercepts: Values


def label(sentences: Sequence[Sentence]) -> Labels:
    """Return the labels as numbers."""
    return Labels(
        np.array([KINDS.index(sentence.kind) for sentence in sentences]),
        np.array([MATTERS.index(s.category) if s.kind == "tip" else -1 for s in sentences]),
        np.array([int(sentence.emergency) for sentence in sentences]),
    )


def fit_heads(rows: Sequence[Row], labels: Labels) -> Heads:
    """Fit the heads on rows; the categories on tips alone."""
    vocabularies = {block: choose_vocabulary(rows, block) for block in BLOCKS}
    matrix = build_matrix(rows, vocabularies)
    numbers = np.array([row.sentence for row in rows])
    tips = labels.category[numbers] >= 0
    kind = _logistic(KIND_C).fit(matrix, labels.kind[numbers])
    category = _logistic(CATEGORY_C).fit(matrix[tips], labels.category[numbers][tips])
    emergency = LinearSVC(C=EMERGENCY_C, class_weight="balanced", random_state=SEED).fit(
        matrix, labels.emergency[numbers]
    )
    parts = (_spread(kind, len(KINDS)), _spread(category, len(MATTERS)), (emergency.coef_, emergency.intercept_))
    return Heads(vocabularies, np.vstack([one for one, _ in parts]), np.concatenate([one for _, one in parts]))


def _spread(fitted: LogisticRegression, size: int) -> tuple[Values, Values]:
    """Return weights and intercepts of all classes; one that no sentence has, as in a small fold, is never found."""
    weights, intercepts = np.zeros((size, fitted.coef_.shape[1])), np.full(size, _NEVER)
    weights[fitted.classes_], intercepts[fitted.classes_] = fitted.coef_, fitted.intercept_
    return weights, intercepts


def score(heads: Heads, rows: Sequence[Row]) -> Values:
    """Return the score of each class for each row."""
    found: Values = build_matrix(rows, heads.vocabularies) @ heads.weights.T + heads.intercepts
    return found


def score_out_of_fold(sentences: Sequence[Sentence], rows: Sequence[Row], *, folds: int, by_topic: bool) -> Values:
    """Return scores of every sentence as written, by heads that saw neither it nor, if wanted, its topic."""
    labels = label(sentences)
    found = np.zeros((len(sentences), CLASSES))
    groups = [sentence.topic if by_topic else sentence.id for sentence in sentences]
    for train, test in _folds(labels, groups, folds):
        heads = fit_heads([row for row in rows if row.sentence in train], labels)
        originals = [row for row in rows if row.original and row.sentence in test]
        found[[row.sentence for row in originals]] = score(heads, originals)
    return found


def _folds(labels: Labels, groups: Sequence[str], folds: int) -> Iterator[tuple[set[int], set[int]]]:
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=SEED)
    for train, test in splitter.split(labels.kind, labels.kind * 2 + labels.emergency, groups):
        yield set(train.tolist()), set(test.tolist())


def _logistic(c: float) -> LogisticRegression:
    return LogisticRegression(C=c, class_weight="balanced", max_iter=200, tol=1e-3)
