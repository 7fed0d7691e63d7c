"""The arithmetic of figures."""

import pytest

from anninh_core.cli.evaluation.figures import Share, classify, count_alarms
from anninh_core.cli.evaluation.messages import Label, Prediction


def test_shares_have_wilsons_interval() -> None:
    """36 of 36 prove 90 % only, 149 of 149 prove 97 %; nothing proves nothing."""
    assert Share(36, 36).interval[0] == pytest.approx(0.9036, abs=1e-3)
    assert Share(149, 149).interval[0] == pytest.approx(0.9749, abs=1e-3)
    assert Share(5, 10).interval == pytest.approx((0.2366, 0.7634), abs=1e-3)
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, (0, 1))


def test_the_macro_f1_is_the_mean_over_what_messages_are() -> None:
    """A class that only the program thinks of costs recall, and has no F1 of its own."""
    figures = classify([("tip", "tip"), ("tip", "command"), ("chatter", "chatter"), ("chatter", "tip")])
    by_name = {one.name: one for one in figures.classes}

    assert set(by_name) == {"tip", "chatter"}
    assert by_name["tip"].f1 == pytest.approx(0.5)
    assert by_name["chatter"].f1 == pytest.approx(2 / 3)
    assert figures.macro_f1 == pytest.approx((0.5 + 2 / 3) / 2)
    assert figures.macro_f1 is not None
    assert figures.interval[0] <= figures.macro_f1 <= figures.interval[1]
    assert figures.accuracy == Share(2, 4)


def test_alarms_are_counted_both_ways() -> None:
    """Recall over emergencies, false alarms over all the others, looking first beside them."""
    labels = [Label("tip", "fire", True)] * 2 + [Label("tip", "fire", False)] * 3
    found = [Prediction("tip", "fire", one, first) for one, first in ((True, True), (False, True), (True, True))]
    found += [Prediction("tip", "fire", False, True), Prediction("tip", "fire", False, False)]
    alarms = count_alarms(labels, found)

    assert (alarms.recall, alarms.look_first_recall) == (Share(1, 2), Share(2, 2))
    assert (alarms.precision, alarms.false_alarm_rate) == (Share(1, 2), Share(1, 3))
    assert alarms.look_first_rate == Share(2, 3)


def test_nothing_has_no_figures() -> None:
    """Not even a zero."""
    figures = classify([])

    assert (figures.macro_f1, figures.interval, list(figures.classes)) == (None, (0, 1), [])
