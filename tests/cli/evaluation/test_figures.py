"""Computation of evaluation figures."""

import pytest

from anninh_core.cli.evaluation.figures import Share, measure_alarms, measure_classification
from anninh_core.cli.evaluation.messages import Label, Prediction


def test_shares_have_wilsons_interval() -> None:
    """A share has Wilson's interval: 36 of 36 prove only 90 %, 149 of 149 prove 97 %, and 0 of 0 prove nothing."""
    assert Share(36, 36).interval[0] == pytest.approx(0.9036, abs=1e-3)
    assert Share(149, 149).interval[0] == pytest.approx(0.9749, abs=1e-3)
    assert Share(5, 10).interval == pytest.approx((0.2366, 0.7634), abs=1e-3)
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, (0, 1))


def test_macro_f1_is_mean_over_labelled_classes() -> None:
    """The macro F1 is the mean over the labelled classes; a class that only the program predicts lowers recall and has
    no F1.
    """
    figures = measure_classification([("tip", "tip"), ("tip", "command"), ("chatter", "chatter"), ("chatter", "tip")])
    by_name = {figure.name: figure for figure in figures.classes}

    assert set(by_name) == {"tip", "chatter"}
    assert by_name["tip"].f1 == pytest.approx(0.5)
    assert by_name["chatter"].f1 == pytest.approx(2 / 3)
    assert figures.macro_f1 == pytest.approx((0.5 + 2 / 3) / 2)
    assert figures.macro_f1 is not None
    assert figures.interval[0] <= figures.macro_f1 <= figures.interval[1]
    assert figures.accuracy == Share(2, 4)


def test_alarm_recall_and_false_alarm_rate() -> None:
    """Recall is counted over emergencies, and the false alarm rate over all other messages."""
    labels = [Label("tip", "fire", True)] * 2 + [Label("tip", "fire", False)] * 3
    predictions = [
        Prediction("tip", "fire", emergency, look_first)
        for emergency, look_first in ((True, True), (False, True), (True, True))
    ]
    predictions += [Prediction("tip", "fire", False, True), Prediction("tip", "fire", False, False)]
    alarms = measure_alarms(labels, predictions)

    assert (alarms.recall, alarms.look_first_recall) == (Share(1, 2), Share(2, 2))
    assert (alarms.precision, alarms.false_alarm_rate) == (Share(1, 2), Share(1, 3))
    assert alarms.look_first_rate == Share(2, 3)


def test_no_messages_give_no_figures() -> None:
    """Without messages there are no figures, not even zeros."""
    figures = measure_classification([])

    assert (figures.macro_f1, figures.interval, list(figures.classes)) == (None, (0, 1), [])
