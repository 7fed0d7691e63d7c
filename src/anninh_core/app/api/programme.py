from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.programme.activity_service import Activities
from anninh_core.domain.programme.difficulty_service import Difficulties
from anninh_core.domain.programme.duty_service import Duties
from anninh_core.domain.programme.head_service import Heads
from anninh_core.domain.programme.reminders import Reminders
from anninh_core.workflows.allowed_actions.programme import PossibleProgrammeSteps

_duties = part(lambda internals: internals.services.programme.duties)
_heads = part(lambda internals: internals.services.programme.heads)
_reminders = part(lambda internals: internals.services.programme.reminders)
_difficulties = part(lambda internals: internals.services.programme.difficulties)
_activities = part(lambda internals: internals.services.programme.activities)
_possible_steps = part(lambda internals: internals.workflows.possible_programme_steps)


class ProgrammeApi(Noun):
    """The plan: milestones, duties, reminders, difficulties, activities. Every verb takes the actor first."""

    reach_milestone = verb(_duties, Duties.reach_milestone)
    duty = verb(_duties, Duties.duty)
    duties = verb(_duties, Duties.duties)
    late = verb(_duties, Duties.late)
    name_head = verb(_heads, Heads.name_head)
    head = verb(_heads, Heads.head)
    urge = verb(_reminders, Reminders.urge)
    acknowledge = verb(_reminders, Reminders.acknowledge)
    raise_difficulty = verb(_difficulties, Difficulties.raise_difficulty)
    answer_difficulty = verb(_difficulties, Difficulties.answer_difficulty)
    insist = verb(_difficulties, Difficulties.insist)
    close_difficulty = verb(_difficulties, Difficulties.close_difficulty)
    difficulty = verb(_difficulties, Difficulties.difficulty)
    difficulties = verb(_difficulties, Difficulties.difficulties)
    issue_plan = verb(_activities, Activities.issue_plan)
    hold_training = verb(_activities, Activities.hold_training)
    inspect = verb(_activities, Activities.inspect)
    remedy = verb(_activities, Activities.remedy)
    open_campaign = verb(_activities, Activities.open_campaign)
    finish_task = verb(_activities, Activities.finish_task)
    close_campaign = verb(_activities, Activities.close_campaign)
    plans = verb(_activities, Activities.plans)
    trainings = verb(_activities, Activities.trainings)
    inspections = verb(_activities, Activities.inspections)
    campaigns = verb(_activities, Activities.campaigns)
    can_do_about_duty = verb(_possible_steps, PossibleProgrammeSteps.can_do_about_duty)
    can_do_about_difficulty = verb(_possible_steps, PossibleProgrammeSteps.can_do_about_difficulty)
