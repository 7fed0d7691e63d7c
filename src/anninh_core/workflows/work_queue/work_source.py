"""Where the work of one reason is found, and by whom."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Generic, TypeVar

from attrs import frozen

from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.kinds import HasId, Kind
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.work_queue.items import WorkItem, WorkReason

M = TypeVar("M", bound=HasId)


@frozen
class PermittedRecords(Generic[M]):
    """Finds the records of a kind that the actor may see, as `ReadSession.list_permitted` does.

    Attributes:
        waits: whether a record waits for the actor; None where each does.
    """

    kind: Kind[M]
    order: str
    where: Mapping[str, Scalar | tuple[Scalar, ...]]
    waits: Callable[[ReadSession, M], bool] | None = None

    def __call__(self, session: ReadSession, limit: int) -> Iterable[M]:
        """Return at most so many records."""
        shows = None if self.waits is None else partial(self.waits, session)
        return session.list_permitted(self.kind, self.order, where=self.where, shows=shows, limit=limit).items


@frozen
class WorkSource(Generic[M]):
    """Where the work of one reason is found.

    Attributes:
        operation: at the door, that lists the same: a sign-in which isn't good for it finds nothing here either.
        permission: of those for whom it waits.
        find: finds at most so many records under the permission, and as often as not a few more; conflicts of interest
            are heeded before anything is counted.
        show: makes the item of a record.
    """

    reason: WorkReason
    operation: str
    permission: Permission
    find: Callable[[ReadSession, int], Iterable[M]]
    show: Callable[[ReadSession, WorkReason, M], WorkItem]

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
            records = islice(self.find(session, limit), limit)
            return tuple(self.show(session, self.reason, record) for record in records)
