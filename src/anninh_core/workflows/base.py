"""What every workflow works with."""

from anninh_core.rooms.services import Services
from anninh_core.work.marks import Service
from anninh_core.work.runner import UseCaseRunner


class Workflow(Service):
    """An act of a person that spans several subjects. It asks their verbs, and saves no record of theirs itself.

    `room` is the first half of its actions in the journal; these are stored, and keep the name they began with.
    """

    def __init__(self, runner: UseCaseRunner, rooms: Services) -> None:
        super().__init__(runner)
        self.rooms = rooms
