"""Sources of waiting work, each with one reason, its query and its permission."""

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
        waits: returns whether a record waits for the actor; None if each does.
    """

    kind: Kind[M]
    order: str
    where: Mapping[str, Scalar | tuple[Scalar, ...]]
    waits: Callable[[ReadSession, M], bool] | None = None

    def __call__(self, session: ReadSession, limit: int) -> Iterable[M]:
        """Return at most `limit` records that wait for the session's actor."""
        shows = None if self.waits is None else partial(self.waits, session)
        return session.list_permitted(self.kind, self.order, where=self.where, shows=shows, limit=limit).items


@frozen
class WorkSource(Generic[M]):
    """A source of waiting work for one reason.

    Attributes:
        operation: public operation with the same list: a sign-in without access to it finds nothing here either.
        permission: permission that an officer needs to see the work.
        find: returns records under the permission, at least up to the limit, often a few more; excludes conflicts of
            interest before counting.
        show: builds the item of work for a record.
    """

    reason: WorkReason
    operation: str
    permission: Permission
    find: Callable[[ReadSession, int], Iterable[M]]
    show: Callable[[ReadSession, WorkReason, M], WorkItem]

    def is_for_actor(self, session: ReadSession) -> bool:
        """Return whether the session's actor can have work from this source."""
        operations = session.actor.sign_in.operations
        if operations is not None and self.operation not in operations:
            return False
        units = session.permits.units(session.actor, self.permission, session.today)
        return units is None or bool(units)

    def take(self, session: ReadSession, limit: int) -> Sequence[WorkItem]:
        """Return at most `limit` waiting items from this source."""
        with session.requiring(self.permission):
            session.permitted_units()
            records = islice(self.find(session, limit), limit)
            return tuple(self.show(session, self.reason, record) for record in records)
