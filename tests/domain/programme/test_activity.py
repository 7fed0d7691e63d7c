"""Tests of how trainings, inspections and campaigns change and are counted."""

from datetime import date

import pytest

from anninh_core.domain.programme.activity import (
    Attendance,
    Campaign,
    CampaignTask,
    Inspection,
    InspectionCheck,
    Training,
    campaign_facts,
    training_facts,
)
from anninh_core.kernel.dates import Period
from anninh_core.kernel.errors import BadInput, WrongStep

DAY = date(2021, 10, 1)


def build_campaign(*tasks: CampaignTask) -> Campaign:
    return Campaign(
        id="c1", unit="hoa-lu", name="join", period=Period(DAY, date(2021, 10, 31)), partners=("mat-tran",), tasks=tasks
    )


def test_people_count_for_the_unit_that_sent_them() -> None:
    """A training counts for the unit that held it, its participants for the unit that sent them."""
    training = Training(
        id="t1", unit="cong-an", topic="rules", day=DAY, attendance=(Attendance("ninh-an", 3), Attendance("ninh-my", 2))
    )

    assert [(fact.indicator, fact.unit, fact.amount) for fact in training_facts(training)] == [
        ("trainings", "cong-an", 1),
        ("training_attendance", "ninh-an", 3),
        ("training_attendance", "ninh-my", 2),
    ]
    with pytest.raises(BadInput, match="can't have sent 0"):
        Attendance("ninh-an", 0)


def test_findings_are_remedied_once() -> None:
    """Only an inspection with open findings can be marked as remedied, once and with a text."""
    inspection = Inspection(id="i1", unit="ninh-an", day=DAY, by="o1", checks=(InspectionCheck("charter sent", False),))
    clean = Inspection(id="i2", unit="ninh-an", day=DAY, by="o1", checks=(InspectionCheck("charter sent", True),))

    with pytest.raises(BadInput, match="is empty: write how the findings were corrected"):
        inspection.remedied(DAY, "")
    with pytest.raises(WrongStep, match="has no findings left to correct"):
        inspection.remedied(DAY, "sent").remedied(DAY, "again")
    with pytest.raises(WrongStep, match="has no findings left to correct"):
        clean.remedied(DAY, "nothing")


def test_campaign_and_people_count_on_their_days() -> None:
    """A campaign counts on its first day, and the people mobilised on the day on which it closes."""
    done = (
        build_campaign(CampaignTask("mat-tran", "visit every house"))
        .task_done(1, DAY)
        .closed(date(2021, 11, 2), "done", 120)
    )

    assert done.tasks[0].done_on == DAY
    assert [(fact.indicator, fact.day, fact.amount) for fact in campaign_facts(done)] == [
        ("campaigns", DAY, 1),
        ("people_mobilised", date(2021, 11, 2), 120),
    ]


def test_a_closed_campaign_stays_closed() -> None:
    """A closed campaign can be neither changed nor closed again."""
    closed = build_campaign(CampaignTask("mat-tran", "visit")).closed(DAY, "done", 0)

    with pytest.raises(WrongStep, match="was closed on"):
        closed.task_done(1, DAY)
    with pytest.raises(WrongStep, match="was closed on"):
        closed.closed(DAY, "more", 1)


def test_invalid_task_number_is_refused() -> None:
    """A campaign task number beyond the list is refused with the valid numbers, and a campaign can't close without
    results.
    """
    with pytest.raises(BadInput, match="choose one from 1 to"):
        build_campaign(CampaignTask("mat-tran", "visit")).task_done(2, DAY)
    with pytest.raises(BadInput, match="results in words"):
        build_campaign().closed(DAY, "", 5)
