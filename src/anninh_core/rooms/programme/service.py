"""The programme: the plan itself, as data and as people carry it out."""

from anninh_core.rooms.programme.activities import Activities
from anninh_core.rooms.programme.difficulties import Difficulties
from anninh_core.rooms.programme.duties import Duties
from anninh_core.rooms.programme.heads import Heads
from anninh_core.rooms.programme.reminders import Reminders
from anninh_core.work.desk import Desk


class Programme:
    """Everything done for the plan.

    Attributes:
        duties: what units owe.
        heads: who answers for it.
        reminders: what reminds them.
        difficulties: what units can't clear alone.
        activities: trainings, inspections, campaigns and the units' own plans.
    """

    def __init__(self, desk: Desk) -> None:
        self.duties = Duties(desk)
        self.heads = Heads(desk)
        self.reminders = Reminders(desk)
        self.difficulties = Difficulties(desk)
        self.activities = Activities(desk)
