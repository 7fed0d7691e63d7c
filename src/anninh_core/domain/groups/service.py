"""The class that holds all services of groups, for lifecycle, management board, operation and queries."""

from anninh_core.domain.groups.board import GroupBoard
from anninh_core.domain.groups.lifecycle import GroupLifecycle
from anninh_core.domain.groups.operations import GroupOperations
from anninh_core.domain.groups.queries import GroupQueries
from anninh_core.usecase.runner import UseCaseRunner


class Groups:
    """All use cases of the registry of official groups."""

    def __init__(self, runner: UseCaseRunner) -> None:
        self.lifecycle = GroupLifecycle(runner)
        self.board = GroupBoard(runner)
        self.operations = GroupOperations(runner)
        self.queries = GroupQueries(runner)
