"""Groups: everything done with them."""

from anninh_core.rooms.groups.board import GroupBoard
from anninh_core.rooms.groups.lifecycle import GroupLifecycle
from anninh_core.rooms.groups.operations import GroupOperations
from anninh_core.rooms.groups.queries import GroupQueries
from anninh_core.work.desk import Desk


class Groups:
    """The registry of official groups.

    Attributes:
        lifecycle: from the plan to the end.
        board: who runs a group, and the residents whose word counts in it.
        operations: from day to day.
        queries: what is read.
    """

    def __init__(self, desk: Desk) -> None:
        self.lifecycle = GroupLifecycle(desk)
        self.board = GroupBoard(desk)
        self.operations = GroupOperations(desk)
        self.queries = GroupQueries(desk)
