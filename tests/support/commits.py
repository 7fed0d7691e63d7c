"""A listener for commits that calls a function."""

from collections.abc import Callable, Sequence

from attrs import frozen

from anninh_core.ports.storages.changes import ChangeSet, Outcome


@frozen
class CommitListener:
    """Calls a function with each committed change set."""

    call: Callable[[ChangeSet], object]

    def committed(self, change_sets: Sequence[ChangeSet], outcomes: Sequence[Outcome], seconds: float) -> None:
        """Call the function with each committed change set."""
        for change_set, outcome in zip(change_sets, outcomes, strict=True):
            if outcome is Outcome.COMMITTED:
                self.call(change_set)
