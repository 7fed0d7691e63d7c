"""Groups: everything done with them."""

from anninh_core.domain.groups.board import GroupBoard
from anninh_core.domain.groups.lifecycle import GroupLifecycle
from anninh_core.domain.groups.operations import GroupOperations
from anninh_core.domain.groups.queries import GroupQueries
from anninh_core.usecase.runner import UseCaseRunner


class Groups:
    """The registry of official groups.

    Attributes:
        lifecycle: from the plan to the end.
        board: who runs a group, and the residents whose word counts in it.
        operations: from day to day.
        queries: what is read.
    """

    def __init__(self, runner: UseCaseRunner) -> None:
        self.lifecycle = GroupLifecycle(runner)
        self.board = GroupBoard(runner)
        self.operations = GroupOperations(runner)
        self.queries = GroupQueries(runner)
