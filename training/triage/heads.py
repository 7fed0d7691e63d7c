"""The heads: what a message is by one logistic regression, danger besides by a linear SVM."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, vstack
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from anninh_core.plugins.triage.model import BLOCKS
from training.triage.features import Row, Vocabulary, build_matrix, choose_vocabulary
from training.triage.generate import SEED
from training.triage.sentences import CATEGORIES, KINDS, NOTHING, Sentence

CLASS_C = 2.0
DANGER_C = 0.1
# Of the n-grams of a row, hidden in so many more copies of it: what it is should be seen by more than one word.
HIDDEN_SHARE = 0.5
HIDDEN_CLASS_COPIES = 1
HIDDEN_DANGER_COPIES = 4
EVENNESS = 0.25
"""How far rare kinds are raised to the commonest, a tip: at 1 they would be as likely before a word is read."""
ODDS_WEIGHT = 0.35
"""What the log odds of urgent tips count beside the score of danger: as much, for they spread three times as far."""
_NEVER = -50.0  # score
Values: TypeAlias = NDArray[np.float64]
MATTERS = (*CATEGORIES, NOTHING)
CLASSES = len(KINDS) + len(MATTERS) + 1
_CALM = len(KINDS) - 1  # number of the first calm tip among the weights: those of other kinds stand before
_URGENT = _CALM + len(MATTERS)


@frozen
class Labels:
    """What the sentences are: number of the kind, of the category (-1: none), and whether it is an emergency."""

    kind: NDArray[np.int64]
    category: NDArray[np.int64]
    emergency: NDArray[np.int64]

    def choose(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "Labels":
        """Return the labels of some sentences, by a mask or by their numbers."""
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
    """Fit the heads on rows."""
    vocabularies = {block: choose_vocabulary(rows, block) for block in BLOCKS}
    matrix = build_matrix(rows, vocabularies)
    chosen = labels.choose(np.array([row.sentence for row in rows]))
    dice = np.random.default_rng(SEED)
    hidden = [_hide(matrix, dice) for _ in range(max(HIDDEN_CLASS_COPIES, HIDDEN_DANGER_COPIES))]
    classes = LogisticRegression(C=CLASS_C, max_iter=200, tol=1e-3).fit(
        _stack(matrix, hidden[:HIDDEN_CLASS_COPIES]).astype(np.float32),  # faster, and the tolerance is coarser anyway
        np.tile(_number_classes(chosen), 1 + HIDDEN_CLASS_COPIES),
    )
    danger = LinearSVC(C=DANGER_C, class_weight="balanced", random_state=SEED).fit(
        _stack(matrix, hidden[:HIDDEN_DANGER_COPIES]), np.tile(chosen.emergency, 1 + HIDDEN_DANGER_COPIES)
    )
    weights, intercepts = _spread(classes)
    counts = np.bincount(chosen.kind, minlength=len(KINDS)).clip(1)
    intercepts[:_CALM] += EVENNESS * np.log(counts[0] / counts[1:])
    return Heads(vocabularies, np.vstack([weights, danger.coef_]), np.append(intercepts, danger.intercept_))


def _number_classes(labels: Labels) -> NDArray[np.int64]:
    """Return what each is among the weights: a kind that is no tip, a calm tip or an urgent one of its matter."""
    tips = np.where(labels.emergency == 1, _URGENT, _CALM) + labels.category
    return np.where(labels.category >= 0, tips, labels.kind - 1)


def _hide(matrix: csr_matrix, dice: np.random.Generator) -> csr_matrix:
    """Return rows in which a share of the n-grams is hidden, each about as long as before."""
    hidden = matrix.copy()
    hidden.data = hidden.data * (dice.random(len(hidden.data)) >= HIDDEN_SHARE)
    hidden.eliminate_zeros()
    before, after = (np.sqrt(np.asarray(one.multiply(one).sum(axis=1)).ravel()) for one in (matrix, hidden))
    return diags(before / np.where(after == 0, 1, after)) @ hidden


def _stack(matrix: csr_matrix, hidden: Sequence[csr_matrix]) -> csr_matrix:
    return vstack([matrix, *hidden]).tocsr()


def _spread(fitted: LogisticRegression) -> tuple[Values, Values]:
    """Return weights and intercepts of all classes; one that no sentence has, as in a small fold, is never found."""
    size = _URGENT + len(CATEGORIES)
    weights = np.zeros((size, fitted.coef_.shape[1]))
    intercepts = np.full(size, _NEVER)
    weights[fitted.classes_] = fitted.coef_
    intercepts[fitted.classes_] = fitted.intercept_
    return weights, intercepts


def score(heads: Heads, rows: Sequence[Row]) -> Values:
    """Return the score of each class for each row: kinds, matters, emergency."""
    return join_sums(sum_weights(heads, rows))


def sum_weights(heads: Heads, rows: Sequence[Row]) -> Values:
    """Return the sums of the weights for each row, in the order of the shipped model."""
    return build_matrix(rows, heads.vocabularies) @ heads.weights.T + heads.intercepts


def join_sums(sums: Values) -> Values:
    """Return the scores that the shipped model's function of this name returns, for all rows at once."""
    others = sums[:, :_CALM]
    calm = sums[:, _CALM:_URGENT]
    urgent = sums[:, _URGENT:-1]
    hurry = logsumexp(urgent, axis=1)
    rest = logsumexp(sums[:, :_URGENT], axis=1)
    matters = calm.copy()
    matters[:, : urgent.shape[1]] = np.logaddexp(matters[:, : urgent.shape[1]], urgent)
    tip = np.logaddexp(logsumexp(calm, axis=1), hurry)
    danger = sums[:, -1] + ODDS_WEIGHT * (hurry - rest)
    return np.column_stack([tip, others, matters, danger])


def score_out_of_fold(
    sentences: Sequence[Sentence], rows: Sequence[Row], *, folds: int, by_topic: bool, seed: int = SEED
) -> tuple[Values, Values]:
    """Return scores of every sentence as written, then without diacritics, by heads that saw neither it nor its topic.

    Unless by_topic is false: then they saw its topic. The seed decides which topics are taken away together.
    """
    labels = label(sentences)
    found = np.zeros((2, len(sentences), CLASSES))
    groups = [sentence.topic if by_topic else sentence.id for sentence in sentences]
    for train, test in _folds(labels, groups, folds, seed):
        heads = fit_heads([row for row in rows if row.sentence in train], labels)
        tested = [row for row in rows if row.sentence in test]
        for at, chosen in enumerate(([r for r in tested if r.original], [r for r in tested if r.bare])):
            found[at, [row.sentence for row in chosen]] = score(heads, chosen)
    return found[0], found[1]


def _folds(labels: Labels, groups: Sequence[str], folds: int, seed: int) -> Iterator[tuple[set[int], set[int]]]:
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    for train, test in splitter.split(labels.kind, labels.kind * 2 + labels.emergency, groups):
        yield set(train.tolist()), set(test.tolist())
