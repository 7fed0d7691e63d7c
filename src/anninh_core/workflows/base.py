"""What every workflow works with."""

from anninh_core.dispatch.rooms import Rooms
from anninh_core.work.marks import Room
from anninh_core.work.runner import UseCaseRunner


class Workflow(Room):
    """An act of a person that spans several subjects. It asks their verbs, and saves no record of theirs itself.

    `room` is the first half of its actions in the journal; these are stored, and keep the name they began with.
    """

    def __init__(self, runner: UseCaseRunner, rooms: Rooms) -> None:
        super().__init__(runner)
        self.rooms = rooms
