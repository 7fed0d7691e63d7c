"""Retention: what is due, what is held, and the destruction of keys.

Two steps, because a key destroyed can't be taken back: the order is committed first, with its entry in the journal and
with the guard that nothing holds the scope; then the key is destroyed. A crash between the two leaves an order that
the next run carries out.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from anninh_core.kernel.errors import BadInput, NotFound, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.rooms.governance.keeping import Keeping
from anninh_core.rooms.governance.kind import HOLD_SCOPE, LEGAL_HOLD, TOMBSTONE, TOMBSTONE_SCOPE
from anninh_core.rooms.governance.model import LegalHold, Tombstone
from anninh_core.rooms.governance.rules import DueKeepsake, Keepsake, due_to_destroy
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.decision import reason_code
from anninh_core.work.draft import Draft
from anninh_core.work.look import Look
from anninh_core.work.marks import Room, command, query

if TYPE_CHECKING:
    from anninh_core.work.desk import Desk


class Retention(Room):
    """Keeping as long as needed, and no longer.

    Args:
        keepings: how the kinds are kept whose cases end, by their names.
    """

    room = "governance"

    def __init__(self, desk: "Desk", keepings: Mapping[str, Keeping[Any]] | None = None) -> None:
        super().__init__(desk)
        self._keepings = keepings or {}

    @query(Permission.OPERATE)
    def preview_purge(self, look: Look, keepsakes: Iterable[Keepsake]) -> tuple[DueKeepsake, ...]:
        """Return which of the things kept are due to be destroyed today, and which of them are held."""
        look.permit(self.desk.district.root)
        held = {hold.scope for hold in look.every(LEGAL_HOLD, "due", where={"running": True})}
        return due_to_destroy(keepsakes, self.desk.district.retention_days, held, look.today)

    @command(Permission.OPERATE)
    def order_purge(self, draft: Draft, scope: str, *, unit: str, reason: str) -> Tombstone:
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
        draft.permit(unit)
        if scope in {TOMBSTONE_SCOPE, HOLD_SCOPE}:
            raise BadInput(f"{scope!r} seals what keeps purges honest and is never destroyed; name a case's scope")
        if holds := draft.find(LEGAL_HOLD, "due", where={"scope": scope, "running": True}, limit=1).items:
            raise WrongStep(f"{scope!r} is under legal hold since {holds[0].since}; release hold {holds[0].id} first")
        if self._ordered(draft, scope):
            raise WrongStep(f"the purge of {scope!r} was ordered before; `purge` carries out what is left")
        if self._is_open(draft, scope):
            raise WrongStep(f"{scope!r} isn't over: something is still owed, or appealed against; end the case first")
        draft.hold_none(LEGAL_HOLD, {"scope": scope, "running": True})
        draft.facts |= {"scope": scope, "reason": reason_code(reason)}
        draft.event("purge.ordered")
        order = Tombstone(id=scope, unit=unit, reason=reason, ordered_by=draft.actor.id, ordered_at=draft.at)
        return draft.save(TOMBSTONE, order)

    @command(Permission.OPERATE)
    def purge(self, draft: Draft, *, limit: int = 100, scopes: Collection[str] = ()) -> tuple[Tombstone, ...]:
        """Destroy the keys of the scopes ordered, at most `limit` at once, take their words out of the index, note it.

        With `scopes`, only those of them are destroyed.

        What they sealed is unreadable in the live store from now on; in backups once the epoch key is destroyed too.
        Destroying twice is harmless, so that a conflict or a crash only means to run it again. An order about a case
        that was opened again waits until that is over.
        """
        permitted = draft.permitted_units()
        where = {"done": False} | ({"scope": tuple(scopes)} if scopes else {})
        found = draft.find(TOMBSTONE, "id", units=permitted, where=where, limit=limit).items
        orders = [order for order in found if not self._is_open(draft, order.id)]
        for order in orders:
            self.desk.storage.keyring.destroy(order.id)
            self.desk.sealer.forget(order.id)
            draft.unfind(order.id)
        draft.facts["scopes"] = len(orders)
        if orders:
            draft.event("purge.done")
        return tuple(draft.save(TOMBSTONE, order.done(draft.at)) for order in orders)

    def _ordered(self, draft: Draft, scope: str) -> bool:
        """Tell whether a purge was ordered; one that was carried out is over once the scope seals something anew."""
        order = draft.peek(TOMBSTONE, scope)
        return order is not None and (order.done_at is None or self.desk.storage.keyring.get(scope) is None)

    def _is_open(self, draft: Draft, scope: str) -> bool:
        kind, _, id = scope.partition(":")
        return kind in self._keepings and self._keepings[kind].is_open(draft, id)

    @command(Permission.OPERATE)
    def hold(self, draft: Draft, scope: str, *, unit: str, reason: str, review_on: date) -> LegalHold:
        """Forbid to destroy what a scope sealed, until the hold is released.

        Raises:
            WrongStep: its purge was ordered before.
        """
        draft.permit(unit)
        if self._ordered(draft, scope):
            raise WrongStep(f"{scope!r} can't be held any more: its purge was ordered before")
        hold = LegalHold(
            id=self.desk.ids.new(),
            unit=unit,
            scope=scope,
            reason=nfc(reason),
            by=draft.actor.id,
            since=draft.today,
            review_on=review_on,
        )
        draft.hold_none(TOMBSTONE, {"scope": scope, "done": False})
        draft.facts["scope"] = scope
        draft.event("hold.set")
        return draft.save(LEGAL_HOLD, hold)

    @command(Permission.OPERATE)
    def release_hold(self, draft: Draft, hold_id: str) -> LegalHold:
        """End a legal hold."""
        found = draft.peek(LEGAL_HOLD, hold_id)
        draft.permit(found.unit if found else self.desk.district.root)
        if found is None:
            raise NotFound(f"there is no legal hold {hold_id!r}")
        draft.facts["scope"] = found.scope
        draft.event("hold.released")
        return draft.save(LEGAL_HOLD, found.released(draft.today))

    @query(Permission.OPERATE)
    def holds(self, look: Look) -> tuple[LegalHold, ...]:
        """Return the running holds, those to be reviewed first in front."""
        return tuple(look.every_listed(LEGAL_HOLD, "due", where={"running": True}))
