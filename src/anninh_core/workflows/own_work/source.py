"""Where the work of one reason is found, and by whom."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from attrs import frozen

from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.own_work.items import WorkItem, WorkReason

FindWork = Callable[[ReadSession, int], Iterable[WorkItem]]
"""Finds at most so many under the permission that is marked, and as often as not a few more."""


@frozen
class WorkSource:
    """Where the work of one reason is found.

    Attributes:
        operation: at the door, that lists the same: a sign-in which isn't good for it finds nothing here either.
        permission: of those for whom it waits.
        find: reads it; conflicts of interest are heeded before anything is counted.
    """

    reason: WorkReason
    operation: str
    permission: Permission
    find: FindWork

    def is_for(self, session: ReadSession) -> bool:
        """Tell whether such work waits for whoever acts, if there is any."""
        operations = session.actor.sign_in.operations
        if operations is not None and self.operation not in operations:
            return False
        units = session.permits.units(session.actor, self.permission, session.today)
        return units is None or bool(units)

    def take(self, session: ReadSession, limit: int) -> Sequence[WorkItem]:
        """Return at most so many of what waits."""
        with session.requiring(self.permission):
            session.permitted_units()
            return tuple(islice(self.find(session, limit), limit))
