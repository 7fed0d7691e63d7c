"""The plan: milestones, duties, urging, difficulties, activities."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain.programme.service import Programme
    from anninh_core.workflows import PossibleProgrammeSteps
    from anninh_core.workflows.possible_steps.offers import Verbs


class ProgrammeApi:
    """The plan: milestones, duties, urging, difficulties, activities. Every verb takes the actor first."""

    def __init__(self, programme: "Programme", possible_steps: "Callable[[Verbs], PossibleProgrammeSteps]") -> None:
        self.reach_milestone = programme.duties.reach_milestone
        self.duty = programme.duties.duty
        self.duties = programme.duties.duties
        self.late = programme.duties.late
        self.name_head = programme.heads.name_head
        self.head = programme.heads.head
        self.urge = programme.reminders.urge
        self.acknowledge = programme.reminders.acknowledge
        self.raise_difficulty = programme.difficulties.raise_difficulty
        self.answer_difficulty = programme.difficulties.answer_difficulty
        self.insist = programme.difficulties.insist
        self.close_difficulty = programme.difficulties.close_difficulty
        self.difficulty = programme.difficulties.difficulty
        self.difficulties = programme.difficulties.difficulties
        self.issue_plan = programme.activities.issue_plan
        self.hold_training = programme.activities.hold_training
        self.inspect = programme.activities.inspect
        self.remedy = programme.activities.remedy
        self.open_campaign = programme.activities.open_campaign
        self.finish_task = programme.activities.finish_task
        self.close_campaign = programme.activities.close_campaign
        self.plans = programme.activities.plans
        self.trainings = programme.activities.trainings
        self.inspections = programme.activities.inspections
        self.campaigns = programme.activities.campaigns
        steps = possible_steps({**vars(self)})
        self.can_do_about_duty = steps.can_do_about_duty
        self.can_do_about_difficulty = steps.can_do_about_difficulty
