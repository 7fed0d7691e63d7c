"""Use cases of quarantine: the program records and releases items, and operators list and retry them."""

from attrs import evolve

from anninh_core.domain.quarantine.kind import QUARANTINED
from anninh_core.domain.quarantine.model import Quarantined, build_quarantine_id, compute_pause
from anninh_core.kernel.errors import WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.arguments import Cursor, Limit, QuarantinedId
from anninh_core.usecase.marks import Service, command, query, step
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_SEE = "quarantine.list"


class Quarantine(Service):
    """Use cases of quarantined items."""

    action_prefix = "quarantine"

    @step(Permission.INTAKE)
    def note(self, uow: UnitOfWork, consumer: str, about: str, item_version: int, reason: str) -> Quarantined:
        """Quarantine an item, or record that another try failed.

        Args:
            consumer: the part of the program that failed to process it.
            about: `kind:id` of a record, or `journal:seq` of an audit log entry.
            item_version: version of the record; 0 for an item without versions.
            reason: class of the error.
        """
        root = self.context.district.root
        uow.permit(root)
        id = build_quarantine_id(consumer, about)
        existing = uow.get(QUARANTINED, id)
        uow.facts |= {"consumer": consumer, "item": about, "reason": reason}
        if existing is not None:
            return uow.save(QUARANTINED, existing.failed_again(item_version, reason, uow.at))
        ref = Ref.parse(about)
        uow.add_event("quarantine.noted")
        item = Quarantined(
            id=id,
            consumer=consumer,
            about=about,
            unit=uow.find_journaled_unit(ref.kind, ref.id) or root,
            item_version=item_version,
            reason=reason,
            since=uow.at,
            due_at=uow.at + compute_pause(1),
        )
        return uow.save(QUARANTINED, item)

    @step(Permission.INTAKE)
    def release(self, uow: UnitOfWork, item_id: str) -> Quarantined:
        """Record that an item was processed, or no longer exists."""
        uow.permit(self.context.district.root)
        item = uow.load(QUARANTINED, item_id)
        uow.facts |= {"consumer": item.consumer, "item": item.about}
        uow.add_event("quarantine.released")
        return uow.save(QUARANTINED, evolve(item, released_at=uow.at))

    @step(Permission.OPERATE)
    def retry_about(self, uow: UnitOfWork, about: str) -> None:
        """Let every consumer retry an item at once, because the item was restored."""
        uow.permit(self.context.district.root)
        for item in tuple(uow.iter_all(QUARANTINED, "oldest", where={"about": about, "open": True})):
            uow.save(QUARANTINED, evolve(item, due_at=uow.at))

    @query(Permission.OPERATE, traced=True, public=True)
    def items(
        self, session: ReadSession, *, consumer: str = "", open: bool = True, after: Cursor = "", limit: Limit = 50
    ) -> Listing[Quarantined]:
        """Return the quarantined items, oldest first.

        Args:
            consumer: the name of a job or event, "" for all.
            open: leave out released items.
        """
        session.permit(self.context.district.root)
        conditions = {"consumer": consumer} if consumer else {}
        return session.find(
            QUARANTINED, "oldest", where=conditions | ({"open": True} if open else {}), after=after, limit=limit
        )

    @command(Permission.OPERATE, public=True, daily=True)
    def retry(self, uow: UnitOfWork, quarantined_id: QuarantinedId) -> Quarantined:
        """Let an item be retried in the next round of its consumer.

        Raises:
            NotVisible: the item doesn't exist.
            WrongStep: it was released.
        """
        uow.permit(self.context.district.root)
        item = uow.get_permitted(QUARANTINED, quarantined_id, _SEE)
        if not item.is_open:
            raise WrongStep(
                "Item {item} was released on {released_at}, so nothing is left to retry.",
                item=quarantined_id,
                released_at=item.released_at,
            )
        uow.facts |= {"consumer": item.consumer, "item": item.about}
        return uow.save(QUARANTINED, evolve(item, due_at=uow.at))
