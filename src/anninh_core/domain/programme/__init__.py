"""The plan itself: duties and milestones, reminders, difficulties, trainings, inspections, campaigns."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.programme.activities import Activities
    from anninh_core.domain.programme.activity import (
        CAMPAIGN,
        INSPECTION,
        TRAINING,
        Attendance,
        Campaign,
        CampaignTask,
        Inspection,
        InspectionCheck,
        PlannedTask,
        Training,
        campaign_facts,
        inspection_facts,
        training_facts,
    )
    from anninh_core.domain.programme.difficulties import Difficulties
    from anninh_core.domain.programme.difficulty import (
        DIFFICULTY,
        Difficulty,
        DifficultyRemark,
        DifficultyState,
        difficulty_facts,
    )
    from anninh_core.domain.programme.duties import Duties, LateDuty
    from anninh_core.domain.programme.duty import DUTY, NEVER, Duty, DutyState, Reminder, duty_facts, duty_id
    from anninh_core.domain.programme.head import HEAD, Head
    from anninh_core.domain.programme.heads import Heads
    from anninh_core.domain.programme.own_plan import OWN_PLAN, OwnPlan, own_plan_facts
    from anninh_core.domain.programme.reminders import Reminders
    from anninh_core.domain.programme.rules import milestone_duties, reminder_wording, report_duties
    from anninh_core.domain.programme.service import Programme

__all__ = [
    "CAMPAIGN",
    "DIFFICULTY",
    "DUTY",
    "HEAD",
    "INSPECTION",
    "NEVER",
    "OWN_PLAN",
    "TRAINING",
    "Activities",
    "Attendance",
    "Campaign",
    "CampaignTask",
    "Difficulties",
    "Difficulty",
    "DifficultyRemark",
    "DifficultyState",
    "Duties",
    "Duty",
    "DutyState",
    "Head",
    "Heads",
    "Inspection",
    "InspectionCheck",
    "LateDuty",
    "OwnPlan",
    "PlannedTask",
    "Programme",
    "Reminder",
    "Reminders",
    "Training",
    "campaign_facts",
    "difficulty_facts",
    "duty_facts",
    "duty_id",
    "inspection_facts",
    "milestone_duties",
    "own_plan_facts",
    "reminder_wording",
    "report_duties",
    "training_facts",
]

lazy(
    __name__,
    {
        "Activities": "activities",
        "Attendance": "activity",
        "CAMPAIGN": "activity",
        "Campaign": "activity",
        "CampaignTask": "activity",
        "DIFFICULTY": "difficulty",
        "DUTY": "duty",
        "Difficulties": "difficulties",
        "Difficulty": "difficulty",
        "DifficultyRemark": "difficulty",
        "DifficultyState": "difficulty",
        "Duties": "duties",
        "Duty": "duty",
        "DutyState": "duty",
        "HEAD": "head",
        "Head": "head",
        "Heads": "heads",
        "INSPECTION": "activity",
        "Inspection": "activity",
        "InspectionCheck": "activity",
        "LateDuty": "duties",
        "NEVER": "duty",
        "OWN_PLAN": "own_plan",
        "OwnPlan": "own_plan",
        "PlannedTask": "activity",
        "Programme": "service",
        "Reminder": "duty",
        "Reminders": "reminders",
        "TRAINING": "activity",
        "Training": "activity",
        "campaign_facts": "activity",
        "difficulty_facts": "difficulty",
        "duty_facts": "duty",
        "duty_id": "duty",
        "inspection_facts": "activity",
        "milestone_duties": "rules",
        "own_plan_facts": "own_plan",
        "reminder_wording": "rules",
        "report_duties": "rules",
        "training_facts": "activity",
    },
)
