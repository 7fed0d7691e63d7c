"""Measures of correctness: precision, recall, F1, their confidence intervals, and the display of shares."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from gettext import gettext as _
from math import sqrt
from typing import TypeVar

from attrs import frozen

from anninh_core.cli.evaluation.messages import Label, Prediction

DIGITS = 4
"""Decimal places of a share in JSON."""
_Z = 1.96  # Number of standard deviations around the mean outside which 5 % of a normal distribution fall.
_DRAWS = 400
_SEED = 138

T = TypeVar("T")
Pair = tuple[str, str]
"""Label and prediction of a message."""


@frozen
class Share:
    """A share of a sample, with its confidence interval of 95 % by Wilson."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The share as a number, or None for an empty sample."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end of the interval; 0 and 1 for an empty sample."""
        if not self.of:
            return 0.0, 1.0
        share = self.hits / self.of
        spread = _Z**2 / self.of
        middle = (share + spread / 2) / (1 + spread)
        half = _Z / (1 + spread) * sqrt(share * (1 - share) / self.of + spread / (4 * self.of))
        return max(0.0, middle - half), min(1.0, middle + half)


@frozen
class ClassFigures:
    """Precision and recall of one class of messages."""

    name: str
    precision: Share
    recall: Share

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.recall.hits / (self.precision.of + self.recall.of)


@frozen
class Classification:
    """Figures of correctness for all classes that occur.

    Attributes:
        classes: figures of the classes that occur as labels, in the order of their names.
        interval: confidence interval of 95 % for `macro_f1`, by drawing messages again and again.
        confusion: (label, prediction) -> number of messages.
    """

    classes: Sequence[ClassFigures]
    macro_f1: float | None
    interval: tuple[float, float]
    accuracy: Share
    confusion: Counter[Pair]


@frozen
class EmergencyFigures:
    """Figures of correctness for alarms about emergencies.

    Attributes:
        recall: emergencies alarmed about.
        look_first_recall: emergencies alarmed about or put on top of the list.
        precision: alarms that were emergencies.
        false_alarm_rate: other messages alarmed about; unlike precision it doesn't depend on how many messages are
            emergencies.
        look_first_rate: other messages alarmed about or put on top.
    """

    recall: Share
    look_first_recall: Share
    precision: Share
    false_alarm_rate: Share
    look_first_rate: Share


def measure_classification(pairs: Sequence[Pair]) -> Classification:
    """Return the figures for pairs of label and prediction; macro F1 is the mean over the classes that occur as
    labels.
    """
    dice = random.Random(_SEED)  # noqa: S311  draws for an interval
    samples = (
        sorted(_compute_macro_f1(dice.choices(pairs, k=len(pairs))) for _ in range(_DRAWS)) if pairs else [0.0, 1.0]
    )
    return Classification(
        classes=_measure_classes(pairs),
        macro_f1=_compute_macro_f1(pairs) if pairs else None,
        interval=(samples[int(len(samples) * 0.025)], samples[int(len(samples) * 0.975)]),
        accuracy=_compute_share(pairs, lambda pair: pair[0] == pair[1]),
        confusion=Counter(pairs),
    )


def measure_alarms(labels: Sequence[Label], predictions: Sequence[Prediction]) -> EmergencyFigures:
    """Return the figures of the alarms that were predicted for labelled messages."""
    pairs = list(zip(labels, predictions, strict=True))
    real = [prediction for label, prediction in pairs if label.emergency]
    other = [prediction for label, prediction in pairs if not label.emergency]
    alarmed = [label for label, prediction in pairs if prediction.emergency]
    return EmergencyFigures(
        recall=_compute_share(real, lambda prediction: prediction.emergency),
        look_first_recall=_compute_share(real, lambda prediction: prediction.look_first),
        precision=_compute_share(alarmed, lambda label: label.emergency),
        false_alarm_rate=_compute_share(other, lambda prediction: prediction.emergency),
        look_first_rate=_compute_share(other, lambda prediction: prediction.look_first),
    )


def format_share_cells(share: Share) -> tuple[str, str, str]:
    """Return a share in percent, its numbers, and its interval, as text."""
    low, high = map(format_percent, share.interval)
    number = _("{hits} of {number}").format(hits=share.hits, number=share.of)
    interval = _("{low} to {high}").format(low=low, high=high)
    return format_percent(share.value), number, interval


def format_percent(value: float | None) -> str:
    """Return a share in percent, or a dash for None."""
    return "–" if value is None else f"{value:.1%}"


def build_share_data(name: str, share: Share) -> dict[str, object]:
    """Return a share called `name` and its interval as JSON data."""
    return {name: round_share(share.value), f"{name}_interval": [round(end, DIGITS) for end in share.interval]}


def round_share(value: float | None) -> float | None:
    """Return a share rounded for JSON."""
    return None if value is None else round(value, DIGITS)


def _measure_classes(pairs: Sequence[Pair]) -> list[ClassFigures]:
    really = Counter(real for real, _ in pairs)
    taken = Counter(predicted for _, predicted in pairs)
    right = Counter(real for real, predicted in pairs if real == predicted)
    return [
        ClassFigures(name, Share(right[name], taken[name]), Share(right[name], really[name])) for name in sorted(really)
    ]


def _compute_macro_f1(pairs: Sequence[Pair]) -> float:
    figures = _measure_classes(pairs)
    return sum(figure.f1 for figure in figures) / len(figures)


def _compute_share(items: Sequence[T], holds: Callable[[T], bool]) -> Share:
    return Share(sum(map(holds, items)), len(items))
