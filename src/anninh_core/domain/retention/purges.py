"""Purges: what is due, and the destruction of keys.

Two steps, because a key destroyed can't be taken back: the order is committed first, with its entry in the journal and
with the guard that nothing holds the scope; then the key is destroyed. A crash between the two leaves an order that
the next run carries out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from anninh_core.domain.retention.kind import HOLD_SCOPE, LEGAL_HOLD, PURGE_ORDER, PURGE_ORDER_SCOPE
from anninh_core.domain.retention.loading import is_purge_ordered
from anninh_core.domain.retention.model import PurgeOrder
from anninh_core.domain.retention.policy import RetentionPolicy, is_case_open
from anninh_core.domain.retention.rules import PurgeCandidate, RetainedItem, find_purgeable
from anninh_core.domain.retention.sealed import SealedWith, name_destroyed
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.ports.changes import ChangeSet
from anninh_core.usecase.decision import require_reason_code
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class Purges(Service):
    """Keeping as long as needed, and no longer.

    Args:
        keepings: how the kinds are kept whose cases end, by their names.
        sealed_with: what is sealed under scopes of others.
    """

    action_prefix = "governance"  # the stored first half of the journal's action names

    def __init__(
        self,
        runner: UseCaseRunner,
        keepings: Mapping[str, RetentionPolicy[Any]] | None = None,
        sealed_with: Sequence[SealedWith] = (),
    ) -> None:
        super().__init__(runner)
        self._policies = keepings or {}
        self._sealed_with = sealed_with

    @query(Permission.OPERATE)
    def preview_purge(self, session: ReadSession, keepsakes: Iterable[RetainedItem]) -> tuple[PurgeCandidate, ...]:
        """Return which of the things kept are due to be destroyed today, and which of them are held."""
        session.permit(self.context.district.root)
        held_scopes = {hold.scope for hold in session.iter_all(LEGAL_HOLD, "due", where={"running": True})}
        return find_purgeable(keepsakes, self.context.district.retention_days, held_scopes, session.today)

    @command(Permission.OPERATE)
    def order_purge(self, uow: UnitOfWork, scope: str, *, unit: str, reason: str) -> PurgeOrder:
        """Order that what a scope sealed be destroyed; `purge` carries it out.

        Args:
            scope: erasure scope, such as `tip:<id>`.
            unit: who owns what it seals.
            reason: reason code, such as `retention` or `request`.

        Raises:
            BadInput: the scope seals the orders or the holds themselves.
            WrongStep: a legal hold forbids it, the case isn't over, or it was ordered before. What a scope seals anew
                after its purge, of somebody who came back, may be ordered again.
        """
        uow.permit(unit)
        if scope in {PURGE_ORDER_SCOPE, HOLD_SCOPE}:
            raise BadInput(f"{scope!r} seals what keeps purges honest and is never destroyed; name a case's scope")
        if holds := uow.find(LEGAL_HOLD, "due", where={"scope": scope, "running": True}, limit=1).items:
            raise WrongStep(f"{scope!r} is under legal hold since {holds[0].since}; release hold {holds[0].id} first")
        if is_purge_ordered(uow, scope):
            raise WrongStep(f"the purge of {scope!r} was ordered before; `purge` carries out what is left")
        if is_case_open(self._policies, uow, scope):
            raise WrongStep(f"{scope!r} isn't over: something is still owed, or appealed against; end the case first")
        uow.guard_absent(LEGAL_HOLD, {"scope": scope, "running": True})
        uow.facts |= {"scope": scope, "reason": require_reason_code(reason)}
        uow.add_event("purge.ordered")
        order = PurgeOrder(id=scope, unit=unit, reason=reason, ordered_by=uow.actor.id, ordered_at=uow.at)
        return uow.save(PURGE_ORDER, order)

    @command(Permission.OPERATE)
    def purge(self, uow: UnitOfWork, *, limit: int = 100, scopes: Collection[str] = ()) -> tuple[PurgeOrder, ...]:
        """Destroy the keys of the scopes ordered, at most `limit` at once, take their words out of the index, note it.

        With `scopes`, only those of them are destroyed.

        What they sealed is unreadable in the live store from now on; in backups once the epoch key is destroyed too.
        Destroying twice is harmless, so that a conflict or a crash only means to run it again. An order about a case
        that was opened again waits until that is over.
        """
        permitted = uow.permitted_units()
        where = {"done": False} | ({"scope": tuple(scopes)} if scopes else {})
        open_orders = uow.find(PURGE_ORDER, "id", units=permitted, where=where, limit=limit).items
        orders = [order for order in open_orders if not is_case_open(self._policies, uow, order.id)]
        for order in orders:
            parts = name_destroyed(uow, self._sealed_with, order.id)
            self.runner.apply([ChangeSet(entry=entry) for entry in parts])
            self.context.storage.keyring.destroy(order.id)
            self.context.encryptor.forget(order.id)
            uow.remove_from_index(order.id)
        uow.facts["scopes"] = len(orders)
        if orders:
            uow.add_event("purge.done")
        return tuple(uow.save(PURGE_ORDER, order.done(uow.at)) for order in orders)
