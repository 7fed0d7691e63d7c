"""The class that holds all services of the programme, for duties, heads, reminders, difficulties and activities."""

from anninh_core.domain.programme.activity_service import Activities
from anninh_core.domain.programme.difficulty_service import Difficulties
from anninh_core.domain.programme.duty_service import Duties
from anninh_core.domain.programme.head_service import Heads
from anninh_core.domain.programme.reminders import Reminders
from anninh_core.usecase.runner import UseCaseRunner


class Programme:
    """All use cases of the programme."""

    def __init__(self, runner: UseCaseRunner) -> None:
        self.duties = Duties(runner)
        self.heads = Heads(runner)
        self.reminders = Reminders(runner)
        self.difficulties = Difficulties(runner)
        self.activities = Activities(runner)
